/** The services of the portal's synchronisation, by the names that they have there. */
export const SERVICES = ['DongBoHoSoMC', 'CapNhatTienDoHoSoMC'] as const;
export type Service = (typeof SERVICES)[number];

/** The fields read from a record of `DongBoHoSoMC`. All others are the applicant's data, attachments, or of no use here. */
export const DOSSIER_NAMES = [
  'MaHoSo',
  'MaHoSoKhac',
  'MaTTHC',
  'MaLinhVuc',
  'KenhThucHien',
  'TrangThaiHoSo',
  'NgayNopHoSo',
  'NgayTiepNhan',
  'NgayHenTra',
  'NgayTuChoi',
  'NgayKetThucXuLy',
  'NgayTra',
] as const;
export type DossierName = (typeof DOSSIER_NAMES)[number];

/** The list of requests to supplement a dossier (yêu cầu bổ sung), the only list that is read, and the fields read from each. */
export const SUPPLEMENTS = 'DanhSachHoSoBoSung';
export const SUPPLEMENT_NAMES = [
  'NgayBoSung',
  'NgayTiepNhanBoSung',
  'NgayHenTraTruoc',
  'NgayHenTraMoi',
] as const;
export type SupplementName = (typeof SUPPLEMENT_NAMES)[number];

/** The fields read from a record of `CapNhatTienDoHoSoMC`. */
export const PROGRESS_NAMES = ['MaHoSo', 'MaHoSoKhac', 'TrangThai', 'ThoiDiemXuLy', 'NgayBatDau'] as const;
export type ProgressName = (typeof PROGRESS_NAMES)[number];

/** Every name that a record of either service may have: .NET senders use one class for both. */
export const RECORD_NAMES: readonly string[] = [...new Set([...DOSSIER_NAMES, ...PROGRESS_NAMES])];

/** The fields read from the request itself. The unit's name depends on the adapter. */
export const UNIT_NAMES = ['madonvi', 'MaDonVi', 'MaDinhDanhDV'] as const;
export const REQUEST_NAMES: readonly string[] = ['service', 'data', ...UNIT_NAMES];
