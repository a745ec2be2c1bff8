import { expect, test } from 'vitest';
import { distrust } from './trust.js';

test('trusts what Node has verified', () => {
  expect(distrust({ fingerprint256: 'AA', verificationError: undefined }, undefined)).toBeUndefined();
});

test('trusts a pinned certificate although Node does not', () => {
  expect(distrust({ fingerprint256: 'AA', verificationError: 'CERT_HAS_EXPIRED' }, 'AA')).toBeUndefined();
});

test('does not trust a verified certificate that is not the pinned one', () => {
  expect(distrust({ fingerprint256: 'BB', verificationError: undefined }, 'AA')).toContain('pinned as AA');
});

test('does not trust a server without certificate', () => {
  expect(distrust({ fingerprint256: undefined, verificationError: 'X' }, undefined)).toContain('fingerprint none');
  expect(distrust({ fingerprint256: undefined, verificationError: undefined }, 'AA')).toContain('showed none');
});
