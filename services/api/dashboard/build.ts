import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The files of the browser: bytes by the name below the page. */
export type PageFiles = ReadonlyMap<string, Buffer>;

const SOURCES = fileURLToPath(new URL('.', import.meta.url));
/** Written where the page is built before the server starts, as the image is; a clone builds it at each start. */
const BUILT = join(SOURCES, 'dist');
const ENTRIES = ['main.tsx', 'styles/index.css'];

/** The files of the page: as they were built, else built now from their sources. */
export async function pageFiles(): Promise<PageFiles> {
  if (!existsSync(BUILT)) return await bundled();
  return new Map(readdirSync(BUILT).map((name) => [name, readFileSync(join(BUILT, name))]));
}

/** Every file but `index.html` has a digest of its content in its name, so that a browser may keep it for good. */
async function bundled(): Promise<PageFiles> {
  // The bundler is a development package: the image has the built files instead.
  const { build, stop } = await import('esbuild');
  const { outputFiles, metafile } = await build({
    absWorkingDir: SOURCES,
    entryPoints: ENTRIES,
    outdir: 'assets',
    entryNames: '[name]-[hash]',
    assetNames: '[name]-[hash]',
    publicPath: 'assets/',
    loader: { '.svg': 'file' },
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2024',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    metafile: true,
    write: false,
    logLevel: 'silent',
  });
  await stop();
  const files = new Map(outputFiles.map(({ path, contents }) => [basename(path), Buffer.from(contents)]));
  let page = readFileSync(join(SOURCES, 'index.html'), 'utf8');
  for (const [path, { entryPoint, inputs }] of Object.entries(metafile.outputs)) {
    // An output that is no entry is a file that a source names, made of that file alone.
    const source = entryPoint ?? Object.keys(inputs).join();
    page = page.replaceAll(`"${source}"`, `"assets/${basename(path)}"`);
  }
  return files.set('index.html', Buffer.from(page));
}

/** `node services/api/dashboard/build.ts` writes the built files, for a server that is to run without the bundler. */
if (import.meta.main) {
  const files = await bundled();
  mkdirSync(BUILT, { recursive: true });
  for (const [name, bytes] of files) writeFileSync(join(BUILT, name), bytes);
}
