const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * A signal that aborts, with the name as its reason, on the first SIGINT, SIGTERM or SIGHUP, or when the program has an
 * error that nobody caught. Later signals change nothing: what is under way ends in its own time, END BACKUP above all.
 */
export const createStopSignal = (onUncaught: (error: unknown) => void): AbortSignal => {
  const stop = new AbortController();
  for (const name of signals) process.on(name, () => stop.abort(name));
  process.on('uncaughtException', (error) => {
    onUncaught(error);
    stop.abort('an uncaught error');
  });
  return stop.signal;
};
