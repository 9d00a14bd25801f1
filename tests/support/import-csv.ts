import { intakeDestination } from '../../services/cli/import/destination.ts';
import { importFiles } from '../../services/cli/import/import-files.ts';
import { prepareFiles } from '../../services/cli/import/prepared-file.ts';
import type { InProcess } from './in-process.ts';
import { emptyDir } from './standalone.ts';

const readyMapping = (file: string): string => file.replace(/\.csv$/, '.mapping.json');

/**
 * Imports a file as `nhip import` does, with the report of what was refused beside it.
 * @param mappingFile the one beside the file unless it is named
 * @returns how many events were accepted, known already, and refused
 */
export async function importCsv(
  { nhip }: InProcess,
  file: string,
  mappingFile: string = readyMapping(file),
): Promise<readonly (number | undefined)[]> {
  const [summary] = await importFiles({
    files: await prepareFiles({ files: [file], mappingFile }),
    destination: intakeDestination(nhip.ingest, 'test'),
    ...{ positionsDir: emptyDir(), out: () => {} },
  });
  return [summary?.accepted, summary?.duplicates, summary?.rejected];
}
