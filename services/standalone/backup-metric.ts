import { Gauge, type Registry } from 'prom-client';
import { lastBackupAt } from '../../shared/platform/backup-note.ts';

/** Shows when DATA_DIR was last backed up. */
export function showBackups(registry: Registry, dataDir: string): void {
  new Gauge({
    name: 'nhip_backup_last_success_timestamp_seconds',
    help: 'When `nhip backup` last made a complete copy of DATA_DIR; absent while it has made none.',
    registers: [registry],
    collect() {
      const at = lastBackupAt(dataDir);
      if (at === undefined) this.remove();
      else this.set(at / 1_000);
    },
  });
}
