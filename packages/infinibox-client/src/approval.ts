import type { Call, CallRequest } from './call.js';
import { InfiniboxResponseError } from './errors.js';

/** The array asks whether a dangerous call is meant. Source: infinibox-api.md sections 1.6 and 1.7. */
const plainApprovalCode = 'APPROVAL_REQUIRED';

/**
 * Deletes without approval first, and once more with it when the array asks plainly. Never when it asks anything more, such
 * as `APPROVAL_REQUIRED_VOLUME_HAS_CHILDREN`: an approved delete takes everything below along.
 *
 * Source: infinibox-api.md section 4.7.
 */
export const deleteWithApproval = async (call: Call, request: Pick<CallRequest, 'path' | 'signal'>): Promise<void> => {
  try {
    await call({ ...request, method: 'DELETE' });
  } catch (error) {
    if (!(error instanceof InfiniboxResponseError) || error.apiCode !== plainApprovalCode) throw error;
    await call({ ...request, method: 'DELETE', query: ['approved=true'] });
  }
};
