/**
 * A command that sends a dossier received now, as the one-stop system would.
 * @param withKey whether the server wants a key: one with the scope feed
 */
export function firstEvent(origin: string, now: Date, withKey: boolean): string {
  const key = withKey ? `  -H "authorization: Bearer $NHIP_KEY" \\\n` : '';
  const due = new Date(now.getTime() + 5 * 86_400_000);
  const event = {
    specversion: '1.0',
    id: `first-${now.getTime()}`,
    source: '/one-stop/demo',
    type: 'dossier.status.v1',
    time: now.toISOString(),
    data: {
      dossierId: 'H19.12-000001',
      status: 'received',
      unitId: 'H19.12',
      fieldId: 'Hộ tịch',
      procedureId: '1.001193',
      channel: 'in-person',
      receivedAt: now.toISOString(),
      dueAt: due.toISOString(),
      dueBasis: 'receipt-slip',
    },
  };
  return `curl -X POST ${origin}/v1/events \\\n${key}  -H 'content-type: application/cloudevents+json' \\\n  -d '${JSON.stringify(event, null, 2)}'`;
}
