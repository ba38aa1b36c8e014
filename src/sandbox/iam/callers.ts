/** Who is behind an access key: learned from the CreateAccessKey and AssumeRole answers that pass. */
export interface Caller {
  readonly arn: string
  /** `aws:userid`: AIDA… of a user, AROA…:session of a role session. */
  readonly userId: string
  readonly of:
    | { readonly kind: 'user'; readonly name: string }
    | { readonly kind: 'session'; readonly role: string; readonly roleArn: string }
  /** The sandbox's own administrator: allowed everything, not judged. */
  readonly admin: boolean
}

export interface Keys {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

export class KeyRing {
  readonly #callers = new Map<string, Caller>()

  who(accessKey: string | undefined): Caller | undefined {
    return accessKey === undefined ? undefined : this.#callers.get(accessKey)
  }
  learn(accessKey: string, caller: Caller): void {
    this.#callers.set(accessKey, caller)
  }
  forget(accessKey: string): void {
    this.#callers.delete(accessKey)
  }
  clear(): void {
    this.#callers.clear()
  }
}

/** The caller in an AssumeRole answer; the role's path is not in a session's ARN, so the asked role ARN is kept. */
export const sessionCaller = (sessionArn: string, userId: string, roleArn: string): Caller => ({
  arn: sessionArn,
  userId,
  of: { kind: 'session', role: roleArn.split('/').pop() ?? '', roleArn },
  admin: false,
})

export const userCaller = (arn: string, userId: string, admin = false): Caller => ({
  arn,
  userId,
  of: { kind: 'user', name: arn.split('/').pop() ?? '' },
  admin,
})
