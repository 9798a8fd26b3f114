CREATE TABLE IF NOT EXISTS account (
  number   TEXT PRIMARY KEY,
  bank     TEXT NOT NULL,
  holder   TEXT NOT NULL,
  document TEXT NOT NULL,
  id       TEXT NOT NULL,
  phone    TEXT NOT NULL,
  balance  INTEGER NOT NULL CHECK (balance >= 0), -- fen
  debits   INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS mandate (
  number    TEXT PRIMARY KEY,
  authority TEXT NOT NULL,
  account   TEXT NOT NULL,
  bank      TEXT NOT NULL,
  state     TEXT NOT NULL, -- active, revoked, ended
  signed    INTEGER NOT NULL
) WITHOUT ROWID;
CREATE UNIQUE INDEX IF NOT EXISTS mandate_live ON mandate (authority, account) WHERE state = 'active';

-- One row per reference. Times are microseconds since 1970.
CREATE TABLE IF NOT EXISTS instruction (
  authority TEXT NOT NULL,
  date      TEXT NOT NULL,
  serial    TEXT NOT NULL,
  kind      TEXT NOT NULL, -- debit, refund, sign, revoke; closed: a reference that was answered NF for good
  content   TEXT NOT NULL, -- digest of the message
  bank      TEXT NOT NULL,
  account   TEXT NOT NULL,
  mandate   TEXT NOT NULL,
  amount    INTEGER NOT NULL,
  purpose   TEXT NOT NULL,
  code      TEXT NOT NULL,
  message   TEXT NOT NULL,
  trace     TEXT NOT NULL,
  at        INTEGER NOT NULL, -- posted or refused; 0 while open
  due       INTEGER NOT NULL, -- when an open debit is settled; 0: it is not open
  late      TEXT NOT NULL,    -- what an open debit will be settled as
  received  INTEGER NOT NULL,
  seen      INTEGER NOT NULL DEFAULT 1, -- deliveries
  PRIMARY KEY (authority, date, serial)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS instruction_due ON instruction (due) WHERE due > 0;
CREATE INDEX IF NOT EXISTS instruction_account ON instruction (account, received);

CREATE TABLE IF NOT EXISTS signing (
  authority TEXT NOT NULL,
  date      TEXT NOT NULL,
  serial    TEXT NOT NULL,
  sms       TEXT NOT NULL,
  tries     INTEGER NOT NULL, -- left
  expires   INTEGER NOT NULL,
  PRIMARY KEY (authority, date, serial)
) WITHOUT ROWID;

-- The money that moved. The unique index makes a second debit under one reference impossible.
CREATE TABLE IF NOT EXISTS posting (
  id        INTEGER PRIMARY KEY,
  authority TEXT NOT NULL,
  date      TEXT NOT NULL,
  serial    TEXT NOT NULL,
  bank      TEXT NOT NULL,
  account   TEXT NOT NULL,
  mandate   TEXT NOT NULL,
  amount    INTEGER NOT NULL,
  purpose   TEXT NOT NULL,
  trace     TEXT NOT NULL,
  at        INTEGER NOT NULL,
  day       TEXT NOT NULL
);
CREATE UNIQUE INDEX IF NOT EXISTS posting_ref ON posting (authority, date, serial);
CREATE INDEX IF NOT EXISTS posting_day ON posting (authority, day);

-- What was given back, or will be: at is 0 while the refund is open. Its amount counts
-- against the original from the moment it is taken.
CREATE TABLE IF NOT EXISTS refund (
  id              INTEGER PRIMARY KEY,
  authority       TEXT NOT NULL,
  date            TEXT NOT NULL,
  serial          TEXT NOT NULL,
  original_date   TEXT NOT NULL,
  original_serial TEXT NOT NULL,
  bank            TEXT NOT NULL,
  account         TEXT NOT NULL,
  mandate         TEXT NOT NULL,
  amount          INTEGER NOT NULL CHECK (amount > 0),
  purpose         TEXT NOT NULL,
  trace           TEXT NOT NULL,
  at              INTEGER NOT NULL,
  day             TEXT NOT NULL
);
CREATE UNIQUE INDEX IF NOT EXISTS refund_ref ON refund (authority, date, serial);
CREATE INDEX IF NOT EXISTS refund_original ON refund (authority, original_date, original_serial);
CREATE INDEX IF NOT EXISTS refund_day ON refund (authority, day);

CREATE TABLE IF NOT EXISTS batch (
  authority TEXT NOT NULL,
  date      TEXT NOT NULL,
  serial    TEXT NOT NULL,
  bank      TEXT NOT NULL,
  digest    TEXT NOT NULL,
  trace     TEXT NOT NULL,
  file      TEXT NOT NULL,
  received  INTEGER NOT NULL,
  due       INTEGER NOT NULL, -- when the bank works on it; 0: done
  state     TEXT NOT NULL,    -- accepted, done; closed: answered NF for good
  PRIMARY KEY (authority, date, serial)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS batch_due ON batch (due) WHERE due > 0;

-- How often this store was opened: it makes trace numbers unique over restarts.
CREATE TABLE IF NOT EXISTS opened (times INTEGER NOT NULL);
INSERT INTO opened SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM opened);
