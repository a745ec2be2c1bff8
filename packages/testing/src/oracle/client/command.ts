import type { ClientState } from './client-state.js';
import type { ClientExit } from './exit.js';

/** A command of SQL*Plus, given what follows its name. What it returns ends the client. */
export type Command = (client: ClientState, rest: string) => Promise<ClientExit | undefined> | ClientExit | undefined;
