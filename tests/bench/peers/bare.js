// fastify with one route that sends a buffer, no schema, no plugin, until killed. Tells its parent the address.
// node bare.js <bytes>
import fastify from 'fastify';

const body = Buffer.alloc(Number(process.argv[2]), 'x');
const app = fastify();
app.get('/', (_request, reply) => reply.type('application/json').send(body));
process.send(await app.listen({ host: '127.0.0.1', port: 0 }));
