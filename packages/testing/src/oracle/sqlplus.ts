import { spawn } from 'node:child_process';
import { connect } from 'node:net';
import { createFrameReader, heededVariables, type ServerFrame, writtenFrame } from './frames.js';

/**
 * The stand-in program: a pipe to the testbed and nothing else, so that it starts fast and its death leaves the database
 * as the death of a real client would. Run as `node sqlplus.js SOCKET [argument …]`.
 */
const [socketPath = '', ...args] = process.argv.slice(2);
const socket = connect(socketPath);
socket.setEncoding('utf8');

let orphanMs = 0;

/** A child in a process group of its own, as a server process or a daemon is, that has inherited the output. */
const leaveOrphan = (): void => {
  if (orphanMs === 0) return;
  const command = `sleep ${orphanMs / 1000}`;
  spawn('/bin/sh', ['-c', command], { detached: true, stdio: ['ignore', 'inherit', 'inherit'] }).unref();
};

const afterOutput = (then: () => void): void => void process.stdout.write('', then);

const receive = (frame: ServerFrame): void => {
  if ('stdout' in frame) process.stdout.write(Buffer.from(frame.stdout, 'base64'));
  else if ('stderr' in frame) process.stderr.write(Buffer.from(frame.stderr, 'base64'));
  else if ('ignore' in frame) for (const signal of frame.ignore) process.on(signal, () => {});
  else if ('orphanMs' in frame) orphanMs = frame.orphanMs;
  else if ('signal' in frame) {
    afterOutput(() => {
      leaveOrphan();
      process.removeAllListeners(frame.signal);
      process.kill(process.pid, frame.signal);
    });
  } else {
    afterOutput(() => {
      leaveOrphan();
      process.exit(frame.status);
    });
  }
};

socket.on('data', createFrameReader(receive));
socket.on('error', (error) => {
  process.stderr.write(`sqlplus stand-in: the testbed is not there: ${error.message}\n`, () => process.exit(1));
});
socket.on('end', () => afterOutput(() => process.exit(1)));
process.stdout.on('error', () => process.exit(1));

const environment = Object.fromEntries(
  heededVariables.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
);
socket.write(
  writtenFrame({
    arguments: args,
    environmentNames: Object.keys(process.env),
    environment,
    directory: process.cwd(),
  }),
);
process.stdin.on('data', (bytes: Buffer) => socket.write(writtenFrame({ input: bytes.toString('base64') })));
process.stdin.on('end', () => socket.write(writtenFrame({ end: true })));
