/** The suffix of the axis of 2013 (CV 512). The first version kept it in an identifier: at its end, or before a comma. */
const hasSuffix = /\.e-doc\.vn(?=,|$)/i;
const inJson = /\.e-doc\.vn(?=[",])/gi;
const hidden = /(\.e-doc\.vn)~/gi;

export const hasAxisSuffix = (text: string): boolean => hasSuffix.test(text);

/** The same data in which no schema finds a suffix to drop. */
export const withSuffixesHidden = (data: unknown): unknown =>
  JSON.parse(JSON.stringify(data ?? null).replaceAll(inJson, '$&~'));

/** The content of such data, as the first version wrote it. */
export const withSuffixesShown = (content: string): string => content.replaceAll(hidden, '$1');
