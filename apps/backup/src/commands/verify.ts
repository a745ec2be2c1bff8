import { formatTable, loadSettings, printDocument, runCommand } from '@orasync/app-shell';
import type { CommonFlags } from '@orasync/app-shell/program';
import { type Level, type Point, type Verification, verifySet } from '@orasync/core';
import { readArraySets } from '../array-sets.js';
import { programName } from '../program-name.js';

/** Says how far a set holds together; fails when it does not reach the level that is asked for. */
export const verify = (name: string, flags: CommonFlags & { readonly level: Level }): Promise<void> =>
  runCommand(
    programName,
    () => loadSettings(flags, 'array alone'),
    async (settings) => {
      const { facts, getSet } = await readArraySets(settings, flags);
      const verification = verifySet(getSet(name), facts, { asked: flags.level, zone: settings.config.zone });
      const exit = verification.reached === flags.level ? 0 : 1;
      const document = { verifications: [{ ...verification, exit }] };
      await printDocument(flags, document, () => formatVerification(verification));
      return [exit];
    },
  );

const levels = { 0: 'level 0: structure', 1: 'level 1: structure, time and logs' } as const;

const formatVerification = ({ set, database, state, asked, reached, points, notVerified }: Verification): string =>
  formatTable([
    ['set', set],
    ['database', database ?? 'unknown'],
    ['state', state],
    ...points.map((point) => [point.outcome, formatPoint(point)]),
    ...notVerified.map((text) => ['not verified', text]),
    [
      'verdict',
      reached === undefined
        ? 'no level reached: the structure is not right'
        : `reached ${levels[reached]}${reached === asked ? '' : `; not ${levels[asked]}`}`,
    ],
  ]);

const formatPoint = ({ point, message, object }: Point): string =>
  `${point}: ${object === undefined ? '' : `${object.name} (${object.id}) `}${message}`;
