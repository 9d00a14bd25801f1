import type { ScrubReport } from '../../shared/event-store/scrub-report.ts';
import { StoreError } from '../../shared/kernel/store-error.ts';
import type { Log } from '../../shared/platform/log.ts';

export interface Doubted {
  readonly report: Pick<ScrubReport, 'fault'>;
  /** For the other processes. @throws StoreError while the database is away */
  readonly save: (fault: string) => Promise<void>;
  readonly log: Pick<Log, 'warn'>;
}

/**
 * A past that was changed stops the projector: the figures stay as they are, and are doubted. The next try of the work finds the same and
 * saves it, where it could not be saved now. @throws the error of the work
 */
export async function doubting(work: () => Promise<void>, { report, save, log }: Doubted): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof StoreError && error.code === 'corrupt') {
      report.fault(error.message);
      await save(error.message).catch((unsaved) =>
        log.warn(
          { err: unsaved },
          'projector: the finding could not be saved, other processes do not know it yet',
        ),
      );
    }
    throw error;
  }
}
