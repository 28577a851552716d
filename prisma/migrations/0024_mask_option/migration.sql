-- The models that can leave the opaque part of a photo as it is offer that choice; a new installation
-- gets it with its seeds. What an admin has made of the entry stays.
UPDATE "models" SET "options" = "options" || '{"mask": ["off", "on"]}'::jsonb
WHERE "slug" IN ('gpt-image', 'gpt-image-mini', 'sandbox-image')
  AND "provider" IN ('openai', 'sandbox') AND NOT "options" ? 'mask';
