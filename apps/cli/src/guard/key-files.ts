/** Is this the name of a file that is made to hold keys? Examples and templates are not. */
export function isKeyFile(path: string): boolean {
  const name = path.replace(/[/\\]+$/, "").replace(/^.*[/\\]/, "");
  if (/\.(?:example|sample|template|dist|pub)$/i.test(name)) return false;
  return keyFiles.some((pattern) => pattern.test(name)) || /(?:^|[/\\])\.aws[/\\]credentials$/.test(path);
}

const keyFiles: readonly RegExp[] = [
  /^\.env(?:\..+)?$/,
  /^[\w-]+\.env$/,
  /^\.(?:npmrc|netrc|pypirc|pgpass|dockercfg)$/,
  /^id_(?:rsa|dsa|ecdsa|ed25519)$/,
  /\.(?:pem|key|p12|pfx|jks|keystore)$/i,
  /^bootstrap-token$/,
];
