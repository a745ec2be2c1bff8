import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { initialKeeper, type KeeperEffect, type KeeperEvent, keep } from './keeper.js';

const play = (...events: readonly (KeeperEvent | KeeperEvent['kind'])[]) => {
  const effects: KeeperEffect[] = [];
  let state = initialKeeper;
  for (const each of events) {
    const event = typeof each === 'string' ? ({ kind: each } as KeeperEvent) : each;
    const kept = keep(state, event);
    state = kept.state;
    effects.push(...kept.effects);
  }
  return { state, effects, kinds: effects.map(({ kind }) => kind) };
};

const beginAsked: KeeperEvent = { kind: 'begin-asked', baselineScn: 100n };

describe('a guard', () => {
  test('begins and ends when asked, and leaves when it is released', () => {
    const { kinds, state } = play(beginAsked, 'begun', 'end-asked', 'ended', 'release-asked');
    expect(kinds).toEqual(['begin', 'hot', 'end', 'leave']);
    expect(state.fired).toBeUndefined();
  });

  test('begins once, however often it is asked', () => {
    expect(play(beginAsked, beginAsked, 'begun', beginAsked).kinds).toEqual(['begin', 'hot']);
  });

  test.each(['owner-gone', 'lease-missed', 'budget-spent'] as const)('ends by itself on %s, and says so', (kind) => {
    const { effects, state } = play(beginAsked, 'begun', kind);
    expect(effects.slice(2)).toEqual([
      { kind: 'tell-fired', reason: kind },
      { kind: 'end', hasBegun: true },
    ]);
    expect(state.fired).toBe(kind);
  });

  test.each(['owner-gone', 'lease-missed'] as const)('waits for BEGIN to return before it ends on %s', (kind) => {
    expect(play(beginAsked, kind).kinds).toEqual(['begin', 'tell-fired']);
    expect(play(beginAsked, kind, 'begun').kinds).toEqual(['begin', 'tell-fired', 'end']);
  });

  test('never ends after a BEGIN that was refused, not even when its run is gone', () => {
    expect(play(beginAsked, 'begin-refused', 'end-asked', 'lease-missed', 'budget-spent').kinds).toEqual(['begin']);
    expect(play(beginAsked, 'owner-gone', 'begin-refused').kinds).toEqual(['begin', 'tell-fired', 'leave']);
  });

  test('ends without being asked after a BEGIN whose outcome is unknown', () => {
    expect(play(beginAsked, 'begin-unknown').effects.at(-1)).toEqual({ kind: 'end', hasBegun: false });
    expect(play(beginAsked, 'begin-unknown', 'end-asked').kinds).toEqual(['begin', 'end']);
  });

  test('ends once, whatever else happens meanwhile', () => {
    const events = ['end-asked', 'lease-missed', 'owner-gone', 'budget-spent', 'end-asked', 'release-asked'] as const;
    expect(play(beginAsked, 'begun', ...events).kinds).toEqual(['begin', 'hot', 'end']);
  });

  test('gives only the first reason for what it did by itself', () => {
    expect(play(beginAsked, 'begun', 'budget-spent', 'owner-gone').state.fired).toBe('budget-spent');
  });

  test('leaves at once when its run is gone before BEGIN or after the end', () => {
    expect(play('owner-gone').kinds).toEqual(['leave']);
    expect(play(beginAsked, 'begun', 'end-asked', 'ended', 'owner-gone').kinds.at(-1)).toBe('leave');
  });

  test('leaves after the end when its run went during it', () => {
    expect(play(beginAsked, 'begun', 'end-asked', 'owner-gone', 'ended').kinds).toEqual([
      'begin',
      'hot',
      'end',
      'leave',
    ]);
  });

  test('takes a release in backup mode for the wish to end it, and leaves then', () => {
    expect(play(beginAsked, 'begun', 'release-asked', 'ended').kinds.at(-1)).toBe('leave');
    expect(play(beginAsked, 'begun', 'release-asked').kinds).toEqual(['begin', 'hot', 'end']);
    expect(play(beginAsked, 'release-asked', 'begun').kinds).toEqual(['begin', 'end']);
  });

  test('owns what began after the baseline, and the SCN alone once it is seen', () => {
    expect(play(beginAsked, 'begun').state.ours).toEqual({ fromScn: 100n });
    expect(play(beginAsked, 'begun', { kind: 'scn-seen', scn: 107n }).state.ours).toEqual({
      fromScn: 107n,
      toScn: 107n,
    });
  });

  test('misses nothing by a missed lease before BEGIN or after the end', () => {
    expect(play('lease-missed', beginAsked, 'begun', 'end-asked', 'ended', 'lease-missed').state.fired).toBeUndefined();
  });

  test('sends exactly one END after every BEGIN that may have taken effect, in whatever order things happen', () => {
    const before = fc.subarray<KeeperEvent['kind']>(['lease-missed', 'end-asked', 'release-asked', 'owner-gone']);
    const answer = fc.constantFrom<KeeperEvent['kind']>('begun', 'begin-unknown');
    const after = fc.array(
      fc.constantFrom<KeeperEvent['kind']>('lease-missed', 'end-asked', 'release-asked', 'owner-gone', 'budget-spent'),
    );
    fc.assert(
      fc.property(before, answer, after, (first, middle, last) => {
        const { kinds } = play(beginAsked, ...first, middle, ...last, 'owner-gone');
        expect(kinds.filter((kind) => kind === 'end')).toHaveLength(1);
        expect(kinds).not.toContain('leave');
      }),
    );
  });
});
