// SPDX-License-Identifier: MIT
// Keys of this run only, and the checks of what was signed with them.
import { execFileSync } from 'node:child_process';
import { createHash, createPublicKey, createVerify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export function makeKey(folder, name) {
  const file = join(folder, `${name}.pem`);
  execFileSync('openssl', ['genpkey', '-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048', '-out', file],
    { stdio: 'ignore', timeout: 30_000 });
  const pem = readFileSync(file, 'utf8');
  const publicKey = createPublicKey(pem);
  const der = publicKey.export({ type: 'spki', format: 'der' });
  const fingerprint = createHash('md5').update(der).digest('hex').match(/../g).join(':');
  return { file, pem, publicKey, fingerprint };
}

const verifies = (publicKey, text, signature) => createVerify('RSA-SHA256').update(text).verify(publicKey, signature);

/// The claims of a JWT, or null when it is not signed with the key.
export function claimsOf(jwt, publicKey) {
  const [head, claims, signature] = jwt.split('.');
  const isSound = verifies(publicKey, `${head}.${claims}`, Buffer.from(signature, 'base64url'));
  return isSound ? JSON.parse(Buffer.from(claims, 'base64url')) : null;
}

/// Whether a request to OCI carries the signature that it must.
export function isSignedForOci(request, body, publicKey) {
  const { headers, method, url } = request;
  const [, names] = /headers="([^"]+)"/.exec(headers.authorization ?? '') ?? [];
  const [, signature] = /signature="([^"]+)"/.exec(headers.authorization ?? '') ?? [];
  if (!names || !signature || headers['x-content-sha256'] !== createHash('sha256').update(body).digest('base64')) {
    return false;
  }
  const lines = names.split(' ').map((name) => (name === '(request-target)'
    ? `${name}: ${method.toLowerCase()} ${url}` : `${name}: ${headers[name]}`));
  return verifies(publicKey, lines.join('\n'), Buffer.from(signature, 'base64'));
}
