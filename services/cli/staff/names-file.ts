import type { z } from 'zod';
import { wrongFields } from '../../../shared/contracts/issue-text.ts';
import { identifierSchema } from '../../../shared/contracts/schema-parts.ts';
import { canonicalCell, isSpoiled } from '../../../shared/dialects/csv/cell.ts';
import { NAMES_LIMIT, personNameSchema } from '../../../shared/person-names/port.ts';
import type { Declared } from '../import/encoding.ts';
import { type Header, headerForm, rowForm } from '../import/file-form.ts';
import { ImportError } from '../import/import-error.ts';
import { BEGINNING, type FileRecord, readRecords } from '../import/records.ts';
import { openFile, type SourceFile, sourceFile } from '../import/source-file.ts';

export interface NamesFile {
  readonly path: string;
  /** The headings of its two columns. */
  readonly id: string;
  readonly name: string;
  readonly encoding: Declared;
}

export interface NamesRead {
  readonly names: readonly { readonly staffRef: string; readonly name: string }[];
  /** Line, column and what should stand there. Never what stands there: terminals and logs of jobs are kept. */
  readonly faults: readonly string[];
}

const idSchema = identifierSchema();

/** Reads a CSV file of names: a row for each person, with commas, semicolons or tabs. @throws ImportError */
export async function readNames({ path, id, name, encoding }: NamesFile): Promise<NamesRead> {
  const file = await sourceFile(path, encoding);
  const columns = [id, name].map(canonicalCell);
  const { value: header, end } = await headerOf(file, columns);
  const names: { staffRef: string; name: string }[] = [];
  const faults: string[] = [];
  const lines = new Map<string, number>();
  const form = rowForm(header, new Set(columns));
  for await (const { value, line } of readRecords(openFile(file, end.offset).chunks, end, form)) {
    if (value.kind === 'bad') {
      faults.push(`line ${line}: ${value.expected}; it has ${value.was}`);
      continue;
    }
    const [staffRef = '', stated = ''] = columns.map((column) => canonicalCell(value.row.get(column) ?? ''));
    const before = lines.get(staffRef);
    const found = [
      ...(isSpoiled(staffRef)
        ? [`${id}: the text itself, which a spreadsheet keeps in a column of the format Text`]
        : []),
      ...(before === undefined ? [] : [`${id}: each person once; this one stands in line ${before} too`]),
      ...wrong(id, idSchema, staffRef),
      ...wrong(name, personNameSchema, stated),
    ];
    lines.set(staffRef, line);
    if (lines.size > NAMES_LIMIT) found.push(`up to ${NAMES_LIMIT} people`);
    faults.push(...found.map((fault) => `line ${line}: ${fault}`));
    if (lines.size > NAMES_LIMIT) break;
    names.push({ staffRef, name: stated });
  }
  return { names, faults };
}

const wrong = (column: string, schema: z.ZodType, cell: string): readonly string[] =>
  (schema.safeParse(cell).error?.issues ?? []).flatMap((issue) =>
    wrongFields(issue, cell).map(({ expected }) => `${column}: ${expected}`),
  );

const DELIMITERS = [',', ';', '\t'];

/** By the first delimiter with which it has each column once. */
async function headerOf(file: SourceFile, columns: readonly string[]): Promise<FileRecord<Header>> {
  for (const delimiter of DELIMITERS)
    for await (const header of readRecords(openFile(file, 0).chunks, BEGINNING, headerForm({ delimiter }))) {
      const times = (column: string) => header.value.columns.filter((one) => one === column).length;
      if (columns.every((column) => times(column) === 1)) return header;
      break;
    }
  throw new ImportError(
    'columns-missing',
    `${file.path} should begin with a line that has each of the columns ${columns.join(' and ')} once`,
  );
}
