import { type BackupSet, labelKeys } from '../catalogue.js';
import { formatPin, type Pin, type PinRequest, parsePin } from '../pin.js';
import type { Clock, PrunableSnapshotArray, SnapshotArray } from '../ports.js';

/**
 * Keeps a set from being removed, beside its marker on the array, in place of an earlier pin. Nothing else changes: a pinned
 * set uses up no count of a keep rule.
 *
 * @throws {RangeError} The end lies behind, or the text is too long for the array.
 */
export const pinSet = async (
  { members }: BackupSet,
  request: PinRequest,
  { array, clock }: { readonly array: SnapshotArray; readonly clock: Clock },
): Promise<Pin> => {
  const at = new Date(clock.now());
  if (request.until !== undefined && request.until <= at)
    throw new RangeError(`the end of the pin, ${request.until.toISOString()}, lies behind`);
  const value = formatPin(request, at);
  for (const { snapshot } of members.slice(0, 1)) await array.writeLabels(snapshot.id, { [labelKeys.pin]: value });
  return parsePin(value);
};

/** Takes the pin off a set, wherever it is on it. One that has none stays as it is. */
export const unpinSet = async (
  { members, pin }: BackupSet,
  { array }: { readonly array: Pick<PrunableSnapshotArray, 'removeLabel'> },
): Promise<void> => {
  if (pin === undefined) return;
  for (const { snapshot } of members) await array.removeLabel(snapshot.id, labelKeys.pin);
};
