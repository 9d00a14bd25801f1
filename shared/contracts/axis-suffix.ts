/** The suffix of the axis of 2013 (CV 512), which was a part of an identifier to the first version: at its end, or before a comma. */
const hasSuffix = /\.e-doc\.vn(?=,|$)/i;
const inJson = /\.e-doc\.vn(?=[",])/gi;
const hidden = /(\.e-doc\.vn)~/gi;

export const hasAxisSuffix = (text: string): boolean => hasSuffix.test(text);

/** The same data, whose suffixes none of the schemas sees and drops. */
export const withSuffixesHidden = (data: unknown): unknown =>
  JSON.parse(JSON.stringify(data ?? null).replaceAll(inJson, '$&~'));

/** A content that was made of such data, as the first version wrote it. */
export const withSuffixesShown = (content: string): string => content.replaceAll(hidden, '$1');
