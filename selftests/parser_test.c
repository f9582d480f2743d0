// SPDX-License-Identifier: GPL-2.0
/*
 * /dev/kpool-parser, the sample with three pools: its results for valid and
 * invalid documents, and that every object is put back after each of them.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness.h"
#include "kpool_selftest.h"

#define DEVICE		"/dev/kpool-parser"

/* The limits of the sample */
#define DOCUMENT_MAX	4096
#define RECORDS_MAX	64
#define NAME_MAX_LEN	31
#define VALUE_MAX_LEN	255

static const char *const pools[] = {
	"parser-tokens", "parser-buffers", "parser-decoders",
};

/* Returns the objects in use in all three pools together. */
static int in_use(void)
{
	__u64 sum = 0;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(pools); i++)
		sum += pool_stat_now(pools[i], "in_use");
	return sum;
}

static int write_bytes(int fd, const char *text, size_t size)
{
	ssize_t ret = write(fd, text, size);

	return ret < 0 ? -errno : ret == size ? 0 : -EIO;
}

static int write_text(int fd, const char *text)
{
	return write_bytes(fd, text, strlen(text));
}

/* Returns all of the result as a string, which the next call overwrites. */
static const char *result(int fd)
{
	static char text[2 * DOCUMENT_MAX];
	ssize_t got = pread(fd, text, sizeof(text) - 1, 0);

	text[got > 0 ? got : 0] = '\0';
	return got < 0 ? strerror(errno) : text;
}

static int open_parser(struct __test_metadata *_metadata)
{
	int fd;

	ASSERT_EQ(0, modules_load());
	ASSERT_EQ(0, module_load("kpool_sample_parser"));
	fd = open(DEVICE, O_RDWR | O_CLOEXEC);
	ASSERT_LE(0, fd);
	return fd;
}

/* Every object must be back in its pool, whatever the test has done. */
static void close_parser(struct __test_metadata *_metadata, int fd)
{
	close(fd);
	EXPECT_EQ(0, in_use());
	EXPECT_EQ(0, module_unload("kpool_sample_parser"));
}

/* Valid documents */

FIXTURE(parser) {
	int fd;
};

FIXTURE_SETUP(parser)
{
	self->fd = open_parser(_metadata);
}

FIXTURE_TEARDOWN(parser)
{
	close_parser(_metadata, self->fd);
}

TEST_F(parser, mode_0600)
{
	struct stat stat;

	ASSERT_EQ(0, fstat(self->fd, &stat));
	EXPECT_EQ(S_IFCHR | 0600, stat.st_mode);
	EXPECT_EQ(0, stat.st_uid);
}

TEST_F(parser, nothing_to_read_at_first)
{
	EXPECT_STREQ("", result(self->fd));
}

TEST_F(parser, values_get_quotes)
{
	EXPECT_EQ(0, write_text(self->fd, "name=value\nb=two words\n"));
	EXPECT_STREQ("name=\"value\"\nb=\"two words\"\n", result(self->fd));
}

TEST_F(parser, quotes_are_understood)
{
	EXPECT_EQ(0, write_text(self->fd, "a=\"1\"\nb=\"\"\nc=\"=#\"\n"));
	EXPECT_STREQ("a=\"1\"\nb=\"\"\nc=\"=#\"\n", result(self->fd));
}

TEST_F(parser, escapes_are_understood)
{
	const char *text = "a=\"\\\" \\\\ \\n \\t\"\n";

	EXPECT_EQ(0, write_text(self->fd, text));
	EXPECT_STREQ(text, result(self->fd));
}

TEST_F(parser, empty_lines_and_comments_are_left_out)
{
	EXPECT_EQ(0, write_text(self->fd, "\n# a=\"\n\na=1\n#\n"));
	EXPECT_STREQ("a=\"1\"\n", result(self->fd));
}

TEST_F(parser, names_may_have_dots_and_dashes)
{
	EXPECT_EQ(0, write_text(self->fd, "a.b-c_D9=\n"));
	EXPECT_STREQ("a.b-c_D9=\"\"\n", result(self->fd));
}

TEST_F(parser, an_empty_document_has_an_empty_result)
{
	EXPECT_EQ(0, write_text(self->fd, "a=1\n"));
	EXPECT_EQ(0, write_text(self->fd, "\n"));
	EXPECT_STREQ("", result(self->fd));
}

TEST_F(parser, the_normal_form_is_its_own)
{
	char *first;

	EXPECT_EQ(0, write_text(self->fd, "a=1\nb=\"\\\\\\n\"\nc=\n"));
	first = strdup(result(self->fd));
	ASSERT_NE(NULL, first);
	EXPECT_EQ(0, write_text(self->fd, first));
	EXPECT_STREQ(first, result(self->fd));
	free(first);
}

TEST_F(parser, a_result_can_be_read_in_pieces)
{
	const char *expected = "a=\"1\"\n";
	char c;
	int i;

	EXPECT_EQ(0, write_text(self->fd, "a=1\n"));
	for (i = 0; expected[i]; i++) {
		ASSERT_EQ(1, read(self->fd, &c, 1));
		EXPECT_EQ(expected[i], c);
	}
	EXPECT_EQ(0, read(self->fd, &c, 1));
}

TEST_F(parser, a_document_replaces_the_one_before)
{
	EXPECT_EQ(0, write_text(self->fd, "a=something long\nb=2\n"));
	EXPECT_EQ(0, write_text(self->fd, "c=3\n"));
	EXPECT_STREQ("c=\"3\"\n", result(self->fd));
	EXPECT_EQ(1, in_use()) {
		TH_LOG("only the result is in use");
	}
}

TEST_F(parser, each_open_file_has_its_own_result)
{
	int other = open(DEVICE, O_RDWR | O_CLOEXEC);

	ASSERT_LE(0, other);
	EXPECT_EQ(0, write_text(self->fd, "a=1\n"));
	EXPECT_STREQ("", result(other));
	EXPECT_EQ(0, write_text(other, "b=2\n"));
	EXPECT_STREQ("a=\"1\"\n", result(self->fd));
	EXPECT_STREQ("b=\"2\"\n", result(other));
	EXPECT_EQ(2, in_use());
	close(other);
	EXPECT_EQ(1, in_use());
}

TEST_F(parser, used_objects_are_used_again)
{
	__u64 built[ARRAY_SIZE(pools)];
	size_t i;
	int n;

	ASSERT_EQ(0, cpu_pin(0));
	EXPECT_EQ(0, write_text(self->fd, "a=1\nb=2\n"));
	EXPECT_EQ(0, write_text(self->fd, "a=1\nb=2\n"));
	for (i = 0; i < ARRAY_SIZE(pools); i++)
		built[i] = pool_stat_now(pools[i], "built");
	for (n = 0; n < 100; n++)
		EXPECT_EQ(0, write_text(self->fd, "a=1\nb=2\n"));
	for (i = 0; i < ARRAY_SIZE(pools); i++)
		EXPECT_EQ(built[i], pool_stat_now(pools[i], "built"));
}

/* Invalid documents: nothing changes, and every object is put back */

FIXTURE(wrong) {
	int fd;
};

FIXTURE_VARIANT(wrong) {
	const char *text;
};

FIXTURE_SETUP(wrong)
{
	self->fd = open_parser(_metadata);
}

FIXTURE_TEARDOWN(wrong)
{
	close_parser(_metadata, self->fd);
}

FIXTURE_VARIANT_ADD(wrong, no_equals_sign) {
	.text = "a\n",
};

FIXTURE_VARIANT_ADD(wrong, no_name) {
	.text = "=1\n",
};

FIXTURE_VARIANT_ADD(wrong, blank_before_the_name) {
	.text = " a=1\n",
};

FIXTURE_VARIANT_ADD(wrong, blank_after_the_name) {
	.text = "a =1\n",
};

FIXTURE_VARIANT_ADD(wrong, name_with_a_quote) {
	.text = "\"a\"=1\n",
};

FIXTURE_VARIANT_ADD(wrong, name_beyond_ascii) {
	.text = "\xe9=1\n",
};

FIXTURE_VARIANT_ADD(wrong, value_beyond_ascii) {
	.text = "a=\xe9\n",
};

FIXTURE_VARIANT_ADD(wrong, control_character) {
	.text = "a=\x01\n",
};

FIXTURE_VARIANT_ADD(wrong, tabulator) {
	.text = "a=\t\n",
};

FIXTURE_VARIANT_ADD(wrong, carriage_return) {
	.text = "a=1\r\n",
};

FIXTURE_VARIANT_ADD(wrong, quote_in_a_value) {
	.text = "a=1\"\n",
};

FIXTURE_VARIANT_ADD(wrong, backslash_in_a_value) {
	.text = "a=\\n\n",
};

FIXTURE_VARIANT_ADD(wrong, text_after_the_quote) {
	.text = "a=\"1\"2\n",
};

FIXTURE_VARIANT_ADD(wrong, unknown_escape) {
	.text = "a=\"\\x\"\n",
};

FIXTURE_VARIANT_ADD(wrong, line_ends_in_quotes) {
	.text = "a=\"1\n\"\n",
};

FIXTURE_VARIANT_ADD(wrong, truncated_name) {
	.text = "a",
};

FIXTURE_VARIANT_ADD(wrong, truncated_after_the_sign) {
	.text = "a=",
};

FIXTURE_VARIANT_ADD(wrong, truncated_value) {
	.text = "a=1",
};

FIXTURE_VARIANT_ADD(wrong, truncated_in_quotes) {
	.text = "a=\"1",
};

FIXTURE_VARIANT_ADD(wrong, truncated_after_a_backslash) {
	.text = "a=\"\\",
};

FIXTURE_VARIANT_ADD(wrong, truncated_after_the_quote) {
	.text = "a=\"1\"",
};

FIXTURE_VARIANT_ADD(wrong, truncated_comment) {
	.text = "# a",
};

FIXTURE_VARIANT_ADD(wrong, last_of_many_lines) {
	.text = "a=1\nb=2\nc=\"3\"\n# ok\nd\n",
};

TEST_F(wrong, is_refused)
{
	EXPECT_EQ(-EINVAL, write_text(self->fd, variant->text));
	EXPECT_EQ(0, in_use());
	EXPECT_STREQ("", result(self->fd));
}

TEST_F(wrong, leaves_the_result_before_it)
{
	EXPECT_EQ(0, write_text(self->fd, "before=1\n"));
	EXPECT_EQ(-EINVAL, write_text(self->fd, variant->text));
	EXPECT_EQ(1, in_use());
	EXPECT_STREQ("before=\"1\"\n", result(self->fd));
}

TEST_F(parser, a_nul_byte_is_refused)
{
	EXPECT_EQ(-EINVAL, write_bytes(self->fd, "a\0=1\n", 5));
	EXPECT_EQ(-EINVAL, write_bytes(self->fd, "a=\0\n", 4));
	EXPECT_EQ(-EINVAL, write_bytes(self->fd, "\0", 1));
	EXPECT_EQ(0, in_use());
}

/* Sizes: the largest that is allowed of each, and one more */

TEST_F(parser, size_of_a_document)
{
	char text[DOCUMENT_MAX + 1];

	memset(text, '\n', sizeof(text));
	EXPECT_EQ(0, write_bytes(self->fd, text, DOCUMENT_MAX));
	EXPECT_EQ(-E2BIG, write_bytes(self->fd, text, DOCUMENT_MAX + 1));
	EXPECT_EQ(1, in_use());
}

TEST_F(parser, number_of_records)
{
	char text[4 * (RECORDS_MAX + 1) + 1] = "";
	int i;

	for (i = 0; i <= RECORDS_MAX; i++)
		strcat(text, "a=1\n");
	EXPECT_EQ(-E2BIG, write_text(self->fd, text));
	EXPECT_EQ(0, in_use());
	EXPECT_EQ(0, write_bytes(self->fd, text, 4 * RECORDS_MAX));
}

/* Writes "aaa...=xxx...\n" with that many letters of each */
static int write_record(int fd, int name_len, int value_len)
{
	char text[512];

	memset(text, 'a', name_len);
	text[name_len] = '=';
	memset(text + name_len + 1, 'x', value_len);
	text[name_len + 1 + value_len] = '\n';
	return write_bytes(fd, text, name_len + value_len + 2);
}

TEST_F(parser, length_of_a_name)
{
	EXPECT_EQ(-E2BIG, write_record(self->fd, NAME_MAX_LEN + 1, 1));
	EXPECT_EQ(0, in_use());
	EXPECT_EQ(0, write_record(self->fd, NAME_MAX_LEN, 1));
}

TEST_F(parser, length_of_a_value)
{
	EXPECT_EQ(-E2BIG, write_record(self->fd, 1, VALUE_MAX_LEN + 1));
	EXPECT_EQ(0, in_use());
	EXPECT_EQ(0, write_record(self->fd, 1, VALUE_MAX_LEN));
}

/*
 * The longest possible result: all records, in a document of the largest size
 */
TEST_F(parser, the_longest_result)
{
	char text[DOCUMENT_MAX];
	const int record = DOCUMENT_MAX / RECORDS_MAX;
	int i;

	memset(text, 'a', sizeof(text));
	for (i = 0; i < RECORDS_MAX; i++) {
		text[i * record + 1] = '=';
		text[i * record + record - 1] = '\n';
	}
	EXPECT_EQ(0, write_bytes(self->fd, text, sizeof(text)));
	EXPECT_EQ(DOCUMENT_MAX + 2 * RECORDS_MAX, strlen(result(self->fd)));
}

/* Pointers */

/* Returns a page that is followed by an unmapped one */
static char *last_page(struct __test_metadata *_metadata)
{
	char *pages = mmap(NULL, 8192, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	ASSERT_NE(MAP_FAILED, pages);
	ASSERT_EQ(0, munmap(pages + 4096, 4096));
	return pages;
}

TEST_F(parser, document_that_cannot_be_read)
{
	char *page = last_page(_metadata);

	memset(page, '\n', 4096);
	EXPECT_EQ(-EFAULT, write_bytes(self->fd, page + 4096, 4));
	/* Only the last byte is outside. */
	EXPECT_EQ(-EFAULT, write_bytes(self->fd, page + 4096 - 99, 100));
	EXPECT_EQ(0, in_use());
	EXPECT_STREQ("", result(self->fd));
}

TEST_F(parser, result_that_cannot_be_written)
{
	char *page = last_page(_metadata);

	EXPECT_EQ(0, write_text(self->fd, "a=1\n"));
	EXPECT_EQ(-1, pread(self->fd, page + 4096, 6, 0));
	EXPECT_EQ(EFAULT, errno);
	EXPECT_EQ(1, in_use());
	EXPECT_STREQ("a=\"1\"\n", result(self->fd));
}

TEST_HARNESS_MAIN
