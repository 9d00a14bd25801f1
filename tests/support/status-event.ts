/** A `dossier.status.v1` CloudEvent of the one-stop software; its id names the dossier and its status. */
export const statusEvent = (dossierId: string, status: string, time: string, data: object = {}) => ({
  specversion: '1.0',
  source: '/one-stop/office',
  type: 'dossier.status.v1',
  id: `${dossierId}-${status}`,
  time,
  data: { dossierId, status, ...data },
});
