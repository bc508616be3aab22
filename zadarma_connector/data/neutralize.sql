-- a copy of a database must neither speak for the company nor take its calls:
-- without a secret no request can be signed and no notification is believed
UPDATE zadarma_account
   SET api_key = NULL,
       api_secret_stored = NULL;

UPDATE zadarma_extension
   SET webphone_key = NULL;

-- nor put back what the original database forwarded
DELETE FROM zadarma_forwarding;
