/** The two functions of snappyjs 0.7 that are used; the package carries no types. */
declare module 'snappyjs' {
  /** @throws when the block is broken, or longer than `maxLength` bytes once unpacked. */
  export function uncompress(block: Buffer, maxLength?: number): Buffer;
  export function compress(plain: Buffer): Buffer;
}
