const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * A signal that aborts on the first SIGINT, SIGTERM or SIGHUP, with the name as its reason, or on an error that nobody
 * caught, with that error. What follows changes nothing: what is under way ends in its own time, END BACKUP above all.
 */
export const createStopSignal = (): AbortSignal => {
  const stop = new AbortController();
  for (const name of signals) process.on(name, () => stop.abort(name));
  process.on('uncaughtException', (error) => stop.abort(error));
  return stop.signal;
};
