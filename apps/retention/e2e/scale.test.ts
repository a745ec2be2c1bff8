import { expect, test } from 'vitest';
import { setUp, verdicts } from './program.js';

const others = 100_000;

test('plans beside 100 000 snapshots of others in a heap that could not hold them', { timeout: 180_000 }, async () => {
  const { testbed, retention } = await setUp({ historyDays: 20 });
  const { array } = testbed.world;
  const volume = array.addVolume({ name: 'vmware', sizeBytes: 1e9 });
  const createdAt = new Date(Date.now() - 86_400_000);
  for (let index = 0; index < others; index += 1) {
    const id = array.addSnapshot({ parentId: volume, name: `veeam-${index}`, createdAt });
    // The vendor's own key, which other products write on what they make; on all of it the double would take minutes.
    if (index % 4 === 0) array.setMetadata(id, { 'host.created_by': 'another product' });
  }
  const { status, stdout } = await retention(['plan', '--json', '-q'], ['--max-old-space-size=48']);
  expect(status).toBe(0);
  const { plans } = JSON.parse(stdout) as { plans: Parameters<typeof verdicts>[0][] };
  expect(verdicts(plans[0])).toHaveLength(20);
});
