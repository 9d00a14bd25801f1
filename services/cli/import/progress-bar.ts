import { Presets, SingleBar } from 'cli-progress';

export interface ProgressBar {
  update(bytes: number, counts: { accepted: number; duplicates: number; rejected: number }): void;
  stop(): void;
}

const QUIET: ProgressBar = { update: () => undefined, stop: () => undefined };

/** A bar on a terminal; in a pipe or a log it would only be noise, so there it is nothing. */
export function progressBar(stream: NodeJS.WriteStream | undefined, file: string, size: number): ProgressBar {
  if (!stream?.isTTY) return QUIET;
  const format =
    '{file} {bar} {percentage} % · {accepted} new · {duplicates} known · {rejected} rejected · {eta_formatted} left';
  const bar = new SingleBar({ stream, format, hideCursor: true }, Presets.shades_classic);
  bar.start(Math.max(1, size), 0, { file, accepted: 0, duplicates: 0, rejected: 0 });
  return { update: (bytes, counts) => bar.update(bytes, counts), stop: () => bar.stop() };
}
