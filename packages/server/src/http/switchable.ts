import type { Viewer } from '../access/viewer.ts';
import { Forbidden } from '../errors.ts';
import type { Call, Operation } from './operation.ts';

/** The operations as parts of something that the instance may have switched off: they are refused with 403 then. */
export function onlyWhile(isOn: () => boolean, refusal: string, operations: readonly Operation[]): Operation[] {
  const check = () => {
    if (!isOn()) throw new Forbidden(refusal);
  };
  return operations.map((operation): Operation => {
    if (operation.permission === 'public') {
      return {
        ...operation,
        handle(call: Call<Viewer | null>) {
          check();
          return operation.handle(call);
        },
      };
    }
    return {
      ...operation,
      handle(call: Call) {
        check();
        return operation.handle(call);
      },
    };
  });
}
