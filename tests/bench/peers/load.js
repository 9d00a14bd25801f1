// Asks a server as fast as it answers.
// node load.js <url> <connections> <seconds> <paths as JSON>  →  {"perSecond", "p99": ms, "failed"}
import autocannon from 'autocannon';

const [url, connections, seconds, paths] = process.argv.slice(2);
const result = await autocannon({
  url,
  connections: Number(connections),
  duration: Number(seconds),
  requests: JSON.parse(paths).map((path) => ({ method: 'GET', path })),
});
const failed = result.errors + result.timeouts + result.non2xx;
process.stdout.write(JSON.stringify({ perSecond: result.requests.average, p99: result.latency.p99, failed }));
