/** The bundler answers with the address of the file. */
declare module '*.svg' {
  const address: string;
  // biome-ignore lint/style/noDefaultExport: so does the bundler
  export default address;
}
