import { connect } from 'node:net';
import { createFrameReader, type ServerFrame, writtenFrame } from './frames.js';

/**
 * The stand-in program: a pipe to the testbed and nothing else, so that it starts fast and its death leaves the database
 * as the death of a real client would. Run as `node sqlplus.js SOCKET [argument …]`.
 */
const [socketPath = '', ...args] = process.argv.slice(2);
const socket = connect(socketPath);
socket.setEncoding('utf8');

const exit = (status: number): void => void process.stdout.write('', () => process.exit(status));

const receive = (frame: ServerFrame): void => {
  if ('stdout' in frame) process.stdout.write(Buffer.from(frame.stdout, 'base64'));
  else if ('stderr' in frame) process.stderr.write(Buffer.from(frame.stderr, 'base64'));
  else if ('signal' in frame) process.kill(process.pid, frame.signal);
  else exit(frame.status);
};

socket.on('data', createFrameReader(receive));
socket.on('error', (error) => {
  process.stderr.write(`sqlplus stand-in: the testbed is not there: ${error.message}\n`, () => process.exit(1));
});
socket.on('end', () => exit(1));
process.stdout.on('error', () => process.exit(1));

socket.write(writtenFrame({ arguments: args, environmentNames: Object.keys(process.env) }));
process.stdin.on('data', (bytes: Buffer) => socket.write(writtenFrame({ input: bytes.toString('base64') })));
process.stdin.on('end', () => socket.write(writtenFrame({ end: true })));
