import type { Clock } from '../clock.js';
import { type EndingSession, within } from './end-until-over.js';

/** A session that cannot be killed by then ends by itself, when the database lets it. */
const killLimitMs = 10_000;

/**
 * Kills every session with this label. One that did not answer, or whose client is gone, may still be at work, and would hold
 * the claim. Nothing else depends on its end. Never rejects.
 */
export const killSessions = async (
  purpose: string,
  {
    openSession,
    clock,
    onTrouble,
  }: {
    readonly openSession: () => Promise<EndingSession>;
    readonly clock: Clock;
    readonly onTrouble: (error: unknown) => void;
  },
): Promise<void> => {
  const kill = async () => {
    const session = await openSession();
    for (const each of await session.findSessions(purpose)) await session.killSession(each);
  };
  await within(kill(), killLimitMs, clock).catch(onTrouble);
};
