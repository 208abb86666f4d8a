import test from 'ava';
import { createVerifier, verifierFits } from './scram.js';

test('the verifier of RFC 7677 matches its password only', (t) => {
  // Salt and keys of the example in section 3: user "user", password "pencil".
  const verifier =
    'SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=';
  t.true(verifierFits(verifier, 'pencil'));
  t.false(verifierFits(verifier, 'pencils'));
});

test('a new verifier matches its password, does not contain it, and has its own salt', (t) => {
  const [one, other] = [createVerifier('secret'), createVerifier('secret')];
  t.true(verifierFits(one, 'secret'));
  t.false(verifierFits(one, 'Secret'));
  t.not(one, other);
  t.false(one.includes('secret'));
});

test('an invalid verifier matches nothing', (t) => {
  t.false(verifierFits('md5c1d2', 'secret'));
  t.false(verifierFits('', ''));
});
