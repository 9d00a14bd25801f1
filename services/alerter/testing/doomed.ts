import { Office, onTime } from './office.ts';

/**
 * A process that sees a breach and is killed: `node doomed.ts <folder> after-append` kills itself once the transition is
 * durable and before it is queued; `node doomed.ts <folder> mid-delivery` waits for its parent to do it.
 */
const [folder, moment] = process.argv.slice(2);
const office = await Office.open({}, folder);
if (moment === 'after-append') {
  const append = office.store.append.bind(office.store);
  office.store.append = async (stream, ...rest) => {
    const outcome = await append(stream, ...rest);
    if (stream.startsWith('alert-')) process.kill(process.pid, 'SIGKILL');
    return outcome;
  };
}
await office.alerter.start();
office.watches = [onTime(95)];
await office.pass(1_000);
