import { hash } from 'node:crypto';

/** Weak: the same for every encoding of the content. */
export const etagOf = (content: string | Buffer): string => `W/"${hash('sha1', content, 'base64url')}"`;

/** Whether `If-None-Match` names an ETag, by weak comparison (RFC 9110 §8.8.3.2, §13.1.2). */
export function namesEtag(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  if (ifNoneMatch.trim() === '*') return true;
  const opaque = etag.replace(/^W\//, '');
  return [...ifNoneMatch.matchAll(/"[^"]*"/g)].some(([one]) => one === opaque);
}
