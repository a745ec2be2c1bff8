import { loadSettings, printDocument, runCommand } from '@orasync/app-shell';
import type { CommonFlags } from '@orasync/app-shell/program';
import { writeRunbook } from '@orasync/core';
import { readArraySets } from '../array-sets.js';
import { programName } from '../program-name.js';
import { formatRunbook } from '../runbook-text.js';

/** Prints how to restore a set; fails when the set is not one to rely on. */
export const runbook = (name: string, flags: CommonFlags): Promise<void> =>
  runCommand(
    programName,
    () => loadSettings(flags, 'array alone'),
    async (settings) => {
      const { facts, owners, getSet } = await readArraySets(settings, flags);
      const set = getSet(name);
      const { zone, array, databases } = settings.config;
      const owner = databases.find((database) => database.name === owners.get(set));
      const written = writeRunbook(set, facts, { materialDirectory: owner?.restoreMaterial, zone });
      const exit = written.isUsable ? 0 : 1;
      const document = { runbooks: [{ ...written, array: facts.array, exit }] };
      await printDocument(flags, document, () => formatRunbook(written, { url: array.url }));
      return [exit];
    },
  );
