import type { Ownership } from '../ownership.js';

/** Why a guard ended backup mode by itself. */
export type FiredReason =
  /** The pipe to the run was closed: its process is gone. */
  | 'owner-gone'
  /** The run gave no sign of life for the length of its lease: it is stopped, or its event loop is blocked. */
  | 'lease-missed'
  /** The longest time in backup mode has passed. */
  | 'budget-spent';

/** How far the bracket has come. */
type Phase =
  /** BEGIN was not asked for yet. */
  | 'waiting'
  /** BEGIN was sent. Nothing is ended before it returned: it would take effect afterwards. */
  | 'beginning'
  /** BEGIN returned; END was not sent. */
  | 'hot'
  /** END is tried until the database is out of backup mode. */
  | 'ending'
  /** Out of backup mode, confirmed, or never in it on our account. */
  | 'out';

/** What a guard knows. A plain value: `keep` makes the next one. */
export interface KeeperState {
  readonly phase: Phase;
  /** The run is gone, or has let go: once backup mode is over, nothing is left to do. */
  readonly isLetGo: boolean;
  /** END is due as soon as BEGIN has returned. */
  readonly isEndDue: boolean;
  readonly fired: FiredReason | undefined;
  /** Whose backup mode may be ended: what began after the baseline, and with this SCN once it is known. */
  readonly ours: Ownership;
}

export type KeeperEvent =
  | { readonly kind: 'begin-asked'; readonly baselineScn: bigint }
  | { readonly kind: 'begun' | 'begin-refused' | 'begin-unknown' }
  /** V$BACKUP told the one SCN that BEGIN gave the files. */
  | { readonly kind: 'scn-seen'; readonly scn: bigint }
  | { readonly kind: 'end-asked' | 'release-asked' | 'owner-gone' | 'lease-missed' | 'budget-spent' | 'ended' };

/** What the guard does next, in this order. */
export type KeeperEffect =
  | { readonly kind: 'begin' }
  /** Starts the clock of the budget. */
  | { readonly kind: 'hot' }
  /** Tells the run why END comes without having been asked for. */
  | { readonly kind: 'tell-fired'; readonly reason: FiredReason }
  | { readonly kind: 'end'; readonly hasBegun: boolean }
  /** Ends the sessions, the claim with them, and then the guard. */
  | { readonly kind: 'leave' };

export const initialKeeper: KeeperState = {
  phase: 'waiting',
  isLetGo: false,
  isEndDue: false,
  fired: undefined,
  ours: { fromScn: 0n },
};

/** A next state, and what to do. */
export interface Kept {
  readonly state: KeeperState;
  readonly effects: readonly KeeperEffect[];
}

/**
 * Decides what a guard does. Pure: no clock, no process, no session.
 *
 * END follows every BEGIN that may have taken effect, once, whatever happens in which order; it never follows a BEGIN
 * that was refused, because then the backup mode is somebody else's.
 */
export const keep = (state: KeeperState, event: KeeperEvent): Kept => {
  switch (event.kind) {
    case 'begin-asked':
      return state.phase === 'waiting'
        ? {
            state: { ...state, phase: 'beginning', ours: { fromScn: event.baselineScn } },
            effects: [{ kind: 'begin' }],
          }
        : unchanged(state);
    case 'begun':
      return state.isEndDue ? end(state, true) : { state: { ...state, phase: 'hot' }, effects: [{ kind: 'hot' }] };
    case 'begin-unknown':
      return end(state, false);
    case 'begin-refused':
    case 'ended':
      return over(state);
    case 'scn-seen':
      return unchanged({ ...state, ours: { fromScn: event.scn, toScn: event.scn } });
    case 'end-asked':
      return asked(state);
    case 'release-asked':
      return state.phase === 'waiting' || state.phase === 'out' ? leave(state) : asked({ ...state, isLetGo: true });
    case 'owner-gone':
      return state.phase === 'waiting' || state.phase === 'out'
        ? leave({ ...state, isLetGo: true })
        : fire({ ...state, isLetGo: true }, 'owner-gone');
    case 'lease-missed':
    case 'budget-spent':
      return fire(state, event.kind);
  }
};

const unchanged = (state: KeeperState): Kept => ({ state, effects: [] });

const leave = (state: KeeperState): Kept => ({ state: { ...state, phase: 'out' }, effects: [{ kind: 'leave' }] });

const over = (state: KeeperState): Kept => (state.isLetGo ? leave(state) : unchanged({ ...state, phase: 'out' }));

const end = (state: KeeperState, hasBegun: boolean): Kept => ({
  state: { ...state, phase: 'ending' },
  effects: [{ kind: 'end', hasBegun }],
});

const asked = (state: KeeperState): Kept => {
  if (state.phase === 'hot') return end(state, true);
  return unchanged(state.phase === 'beginning' ? { ...state, isEndDue: true } : state);
};

const fire = (state: KeeperState, reason: FiredReason): Kept => {
  if ((state.phase !== 'hot' && state.phase !== 'beginning') || state.fired !== undefined) return unchanged(state);
  const { state: next, effects } = asked({ ...state, fired: reason });
  return { state: next, effects: [{ kind: 'tell-fired', reason }, ...effects] };
};
