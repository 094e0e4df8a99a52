import type { Command } from '../command.ts';
import { contentUpdate } from './content.ts';
import { doctor } from './doctor.ts';
import { exportCommand } from './export.ts';
import { importCommand } from './import.ts';
import { migrateCommand } from './migrate.ts';
import { setting } from './setting.ts';
import { start } from './start.ts';
import { userCreate, userResetKey, userResetPassword } from './user.ts';

/** Every command, in the order of the help. */
export const commands: readonly Command[] = [
  start,
  migrateCommand,
  userCreate,
  userResetPassword,
  userResetKey,
  setting,
  importCommand,
  exportCommand,
  contentUpdate,
  doctor,
];
