CREATE TABLE "answer" ("message_id" text not null primary key, "guild_id" text, "channel_id" text not null, "author_id" text not null, "place_channel_id" text, "own_thread" integer not null, "message_ids" text not null, "state" text not null, "updated_at_ms" bigint not null);
CREATE INDEX "answer_updated" on "answer" ("updated_at_ms");
CREATE TABLE "mark" ("key" text not null primary key, "value" text not null);
CREATE TABLE "opt_out" ("member_id" text not null primary key, "since_ms" bigint not null);
CREATE TABLE "said_once" ("key" text not null primary key, "said_at_ms" bigint not null);
CREATE TABLE "setting" ("guild_id" text not null, "channel_id" text not null, "name" text not null, "value" text not null, constraint "setting_pk" primary key ("guild_id", "channel_id", "name"));
