import type { Duplex } from 'node:stream';
import { createLink, type Link } from './link.js';
import { type ToGuard, type ToRun, toGuard, toRun } from './messages.js';

/** The guard's end of its pipe to a run. */
export const createGuardLink = (stream: Duplex): Link<ToGuard, ToRun> => createLink(stream, toGuard);

/** The run's end of its pipe to the guard. */
export const createRunLink = (stream: Duplex): Link<ToRun, ToGuard> => createLink(stream, toRun);
