/** IAM knows no regions: two guards of one name in two regions would share roles, policies and group. Pure. */
import type { Refusal, Tags } from './engine/resource.ts'
import type { RightsScope } from './permissions.ts'
import { TAG } from './tags.ts'

/** Region of the guard that made a thing, from its resource tag `role/cost-guard-ingest@us-east-1`. */
export const homeRegion = (tags: Tags | undefined): string | undefined => {
  const id = tags?.[TAG.resource]
  const seam = id?.lastIndexOf('@') ?? -1
  return seam < 0 ? undefined : id?.slice(seam + 1)
}

/** Whether a thing in IAM was made from here. One whose tag was lost counts as made here: a foreign one has a home. */
export const isAtHome = (home: string | undefined, region: string): boolean => home === undefined || home === region

export const installedElsewhere = (
  home: string,
  { names, region }: Pick<RightsScope, 'names' | 'region'>,
): Refusal => ({
  why: 'not-ours',
  message: `the guard ${names.guard} is installed in ${home}, and IAM names its roles and policies once for all regions`,
  suggestion: `choose another name for ${region} with --guard, or work in ${home} with --region ${home}`,
})
