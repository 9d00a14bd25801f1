import type { DialectOptions, Translated } from './translated.ts';

export interface DvcqgOptions extends DialectOptions {
  /** `MaDonVi` or `MaDinhDanhDV` of the request's query, where the adapter puts it there and not in the envelope. */
  readonly unit?: string;
}

/** Sources of this dialect begin so; it is a national feed (rank 2). */
export const DVCQG_SOURCE = '/feeds/dvcqg';

/**
 * Translates a request of the National Public Service Portal's synchronisation (Cổng Dịch vụ công quốc gia), services
 * `DongBoHoSoMC` and `CapNhatTienDoHoSoMC`, into `dossier.status.v1` events.
 * @param body the request as parsed JSON.
 */
export function decodeDvcqg(_body: unknown, _options: DvcqgOptions): Translated {
  return { kind: 'inputs', inputs: [] };
}
