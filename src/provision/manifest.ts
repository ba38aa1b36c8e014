/** The guard's record of itself in its own table: settings, version, and facts that AWS cannot tell. */
import type { ResourceId } from './engine/resource.ts'
import type { Settings } from './guard.ts'

export interface Manifest {
  readonly settings: Settings
  /** Version of cost-guard that wrote it last. */
  readonly version: string
  /** ISO-8601 UTC, of the first install. */
  readonly installedAt: string
  readonly updatedAt: string
}

export interface ManifestStore {
  /** Undefined: no table, or nothing in it. */
  read(): Promise<Manifest | undefined>
  /** Facts by resource; empty where there is no table. */
  facts(): Promise<ReadonlyMap<ResourceId, string>>
  /** At once and durable, before the caller goes on; undefined forgets. */
  remember(id: ResourceId, fact: string | undefined): Promise<void>
  /** A new guard in this table, old or new: it counts from now on, and nothing holds that a former one was told. */
  begin(): Promise<void>
  saveSettings(settings: Settings, version: string): Promise<void>
  /** Takes every item of the manifest out of the table; absence is success. */
  erase(): Promise<void>
}
