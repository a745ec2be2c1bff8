import { z } from 'zod';
import { parseBody } from './answer.js';
import type { WireRecord } from './query.js';

const customBody = z.strictObject({
  level: z.enum(['INFO', 'WARNING', 'ERROR', 'CRITICAL']),
  description_template: z.string(),
  visibility: z.enum(['CUSTOMER', 'INFINIDAT']).default('CUSTOMER'),
  data: z.array(z.looseObject({ name: z.string(), type: z.string(), value: z.unknown() })).default([]),
});

/** Something that happened on the array. */
interface ArrayEvent {
  /** `VOLUME_CREATED`, `VOLUME_DELETED`, `VOLUME_RESTORED` and their filesystem kin. */
  readonly code: string;
  readonly description: string;
  readonly affectedEntityId: number;
}

/** The array's log of events. Ids of their own from 1000 on. Documented. Source: infinibox-api.md section 3.5. */
export interface Events {
  readonly fields: ReadonlySet<string>;
  report(event: ArrayEvent): void;
  records(): readonly WireRecord[];
  /** `POST events/custom`: `{a}` of the template becomes the datum named `a`. */
  createCustom(body: unknown): WireRecord;
}

/** `GET events/types`. Documented. Source: section 3.5. */
export const eventTypes: WireRecord = {
  codes: [
    ...['VOLUME', 'FILESYSTEM'].flatMap((kind) => [`${kind}_CREATED`, `${kind}_DELETED`, `${kind}_RESTORED`]),
    ...['INFO', 'WARNING', 'ERROR', 'CRITICAL'].map((level) => `CUSTOM_${level}_EVENT`),
  ],
  levels: ['INFO', 'WARNING', 'ERROR', 'CRITICAL'].map((name, index) => ({ name, value: index + 1 })),
  visibilities: ['CUSTOMER', 'INFINIDAT'],
  reporters: ['PLATFORM', 'EXTERNAL'],
};

const fields = new Set([
  ...['id', 'code', 'level', 'username', 'description', 'timestamp', 'reporter', 'visibility', 'system_version'],
  ...['source_node_id', 'description_template', 'affected_entity_id', 'tenant_id', 'seq_num', 'data'],
]);

export const createEvents = (options: {
  readonly now: () => number;
  readonly username: string;
  readonly systemVersion: string;
}): Events => {
  const records: WireRecord[] = [];
  const append = (event: Pick<ArrayEvent, 'code' | 'description'> & WireRecord): WireRecord => {
    const record = {
      id: 1000 + records.length,
      level: 'INFO',
      username: options.username,
      timestamp: options.now(),
      reporter: 'PLATFORM',
      visibility: 'CUSTOMER',
      system_version: options.systemVersion,
      source_node_id: 1,
      description_template: event.description,
      affected_entity_id: null,
      tenant_id: 1,
      seq_num: records.length + 1,
      data: [],
      ...event,
    };
    records.push(record);
    return record;
  };
  return {
    fields,
    // The affected id is a string, unlike every other id. Source: section 3.5.
    report: ({ code, description, affectedEntityId }) =>
      void append({ code, description, affected_entity_id: String(affectedEntityId) }),
    records: () => records,
    createCustom: (body) => {
      const { level, description_template, visibility, data } = parseBody(customBody, body);
      const description = data.reduce(
        (text, { name, value }) => text.replaceAll(`{${name}}`, String(value)),
        description_template,
      );
      return append({ code: `CUSTOM_${level}_EVENT`, level, description, description_template, visibility, data });
    },
  };
};
