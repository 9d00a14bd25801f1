import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BuildOptions, Metafile, Plugin } from 'esbuild';

/** The files of the browser: bytes by the name below the page. */
export type PageFiles = ReadonlyMap<string, Buffer>;

const SOURCES = fileURLToPath(new URL('.', import.meta.url));
/** Written where the page is built before the server starts, as the image is; a clone builds it when it is first asked for. */
const BUILT = join(SOURCES, 'dist');
const SCRIPT = 'main.tsx';
const OPTIONS = {
  absWorkingDir: SOURCES,
  entryPoints: [SCRIPT, 'styles/index.css'],
  outdir: 'assets',
  entryNames: '[name]-[hash]',
  assetNames: '[name]-[hash]',
  chunkNames: '[name]-[hash]',
  // A bundle names others by it, and an address without the first slash would be that of a package.
  publicPath: '/assets/',
  loader: { '.svg': 'file' },
  bundle: true,
  splitting: true,
  minify: true,
  format: 'esm',
  target: 'es2024',
  jsx: 'automatic',
  jsxImportSource: 'preact',
  metafile: true,
  write: false,
  logLevel: 'silent',
} as const satisfies BuildOptions;

/**
 * The bundler makes a file, and a request, of the sources that the same bundles share. Where every bundle reaches all
 * that any two of them share, that is one file.
 * @param split the outputs of a build without this plugin
 */
function sharing(split: Metafile['outputs']): Plugin {
  const scripts = Object.entries(split).filter(([path]) => path.endsWith('.js'));
  const bundles = new Set(scripts.flatMap(([, { entryPoint }]) => entryPoint ?? []));
  const shared = scripts.flatMap(([, { entryPoint, inputs }]) => (entryPoint ? [] : Object.keys(inputs)));
  const imports = shared.map((source) => `import ${JSON.stringify(join(SOURCES, source))};`).join('');
  return {
    name: 'sharing',
    setup({ onLoad }) {
      onLoad({ filter: /\.tsx$/ }, ({ path }) =>
        bundles.has(relative(SOURCES, path))
          ? { contents: imports + readFileSync(path, 'utf8'), loader: 'tsx' }
          : undefined,
      );
    },
  };
}

/** The files of the page: as they were built, else built now from their sources, in half a second. */
export async function pageFiles(): Promise<PageFiles> {
  if (!existsSync(BUILT)) return await bundled();
  return new Map(readdirSync(BUILT).map((name) => [name, readFileSync(join(BUILT, name))]));
}

/** Every file but `index.html` has a digest of its content in its name, so that a browser may keep it for good. */
async function bundled(): Promise<PageFiles> {
  // The bundler is a development package: the image has the built files instead.
  const { build, stop } = await import('esbuild');
  const split = await build(OPTIONS);
  const { outputFiles, metafile } = await build({ ...OPTIONS, plugins: [sharing(split.metafile.outputs)] });
  await stop();
  const files = new Map(outputFiles.map(({ path, contents }) => [basename(path), Buffer.from(contents)]));
  let page = readFileSync(join(SOURCES, 'index.html'), 'utf8');
  for (const [path, { entryPoint, inputs, imports }] of Object.entries(metafile.outputs)) {
    // An output that is no entry is a file that a source names, made of that file alone.
    const source = entryPoint ?? Object.keys(inputs).join();
    page = page.replaceAll(`"${source}"`, `"assets/${basename(path)}"`);
    // What the first script imports is asked for with it, not after it.
    const [shared] = imports.filter(({ kind }) => kind === 'import-statement');
    if (entryPoint === SCRIPT && shared) page = page.replace('"shared"', `"assets/${basename(shared.path)}"`);
  }
  return files.set('index.html', Buffer.from(page));
}

/** `node services/api/dashboard/build.ts` writes the built files, for a server that is to run without the bundler. */
if (import.meta.main) {
  const files = await bundled();
  mkdirSync(BUILT, { recursive: true });
  for (const [name, bytes] of files) writeFileSync(join(BUILT, name), bytes);
}
