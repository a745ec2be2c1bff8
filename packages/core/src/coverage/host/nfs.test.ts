import { describe, expect, it } from 'vitest';
import { parseOranfstab } from './nfs.js';

describe('an oranfstab', () => {
  it('names exports and addresses by server, however it is spaced', () => {
    const text = [
      '# server: not this one',
      'server:nas1',
      'path:10.0.0.1',
      '  path: 10.0.0.2',
      'export: /a mount: /u1',
      'export: /b  mount: /u2',
      '',
      'server: nas2',
      'export: /c mount: /u3',
    ].join('\n');
    expect(parseOranfstab(text)).toEqual([
      { server: 'nas1', addresses: ['10.0.0.1', '10.0.0.2'], export: '/a', mount: '/u1' },
      { server: 'nas1', addresses: ['10.0.0.1', '10.0.0.2'], export: '/b', mount: '/u2' },
      { server: 'nas2', addresses: [], export: '/c', mount: '/u3' },
    ]);
  });

  it('without a server names nothing', () => {
    expect(parseOranfstab('export: /a mount: /u1\nserver:')).toEqual([]);
  });
});
