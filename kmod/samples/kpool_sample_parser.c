// SPDX-License-Identifier: GPL-2.0
/*
 * A parser with three pools: decoders, buffers and tokens.
 *
 * A document is written to /dev/kpool-parser in one write and read back in its
 * normal form.  It consists of lines, each of which ends with a newline:
 *
 *	name=value		printable characters except quotes and backslashes
 *	name="a value"		a backslash precedes a quote or a backslash;
 *				\n is a newline, and \t a tabulator
 *	# a comment		or an empty line
 *
 * The normal form has quotes everywhere and no comments.  A document that is
 * invalid (EINVAL), too large (E2BIG) or unreadable (EFAULT) changes nothing:
 * the result of the document before it can still be read.
 *
 * On each way out of a write, errors included, all objects are put: an object
 * is put when its variable goes out of scope, and a decoder's reset hook puts
 * its tokens.  Only the buffer with the result stays with the open file, whose
 * lock protects it.
 */
#include <linux/ctype.h>
#include <linux/fs.h>
#include <linux/kpool_scope.h>
#include <linux/list.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#define DOCUMENT_MAX	4096
#define TOKENS_MAX	64
#define NAME_MAX_LEN	31
#define VALUE_MAX_LEN	255
/* The normal form may have two more quotes in each line. */
#define BUFFER_SIZE	(DOCUMENT_MAX + 2 * TOKENS_MAX)

/* A line's name and value, without quotes. */
struct token {
	struct list_head list;
	size_t name_len;
	size_t value_len;
	char name[NAME_MAX_LEN];
	char value[VALUE_MAX_LEN];
};

struct buffer {
	size_t length;
	char text[BUFFER_SIZE];
};

/* The position of a parser in its text, and the tokens that it has found. */
struct decoder {
	const char *at;
	const char *end;
	struct list_head tokens;
	unsigned int nr_tokens;
};

/* An open file; @result is NULL before the first document. */
struct reader {
	struct mutex lock;	/* protects @result */
	struct buffer *result;
};

static struct kpool *decoders, *buffers, *tokens;

DEFINE_FREE(put_decoder, struct decoder *, kpool_put(decoders, _T))
DEFINE_FREE(put_buffer, struct buffer *, kpool_put(buffers, _T))
DEFINE_FREE(put_token, struct token *, kpool_put(tokens, _T))

/* The hooks */

static int token_init(void *obj, void *ctx, gfp_t gfp)
{
	memset(obj, 0, sizeof(struct token));
	return 0;
}

static bool token_reset(void *obj, void *ctx)
{
	memset(obj, 0, sizeof(struct token));
	return true;
}

static int buffer_init(void *obj, void *ctx, gfp_t gfp)
{
	memset(obj, 0, sizeof(struct buffer));
	return 0;
}

/* Clear only the used part, which is usually small. */
static bool buffer_reset(void *obj, void *ctx)
{
	struct buffer *buffer = obj;

	memset(buffer->text, 0, buffer->length);
	buffer->length = 0;
	return true;
}

static int decoder_init(void *obj, void *ctx, gfp_t gfp)
{
	struct decoder *decoder = obj;

	*decoder = (struct decoder){ };
	INIT_LIST_HEAD(&decoder->tokens);
	return 0;
}

static bool decoder_reset(void *obj, void *ctx)
{
	struct decoder *decoder = obj;
	struct token *token, *next;

	list_for_each_entry_safe(token, next, &decoder->tokens, list)
		kpool_put(tokens, token);
	decoder_init(decoder, ctx, 0);
	return true;
}

static const struct kpool_ops token_ops = {
	.init = token_init,
	.reset = token_reset,
};

static const struct kpool_ops buffer_ops = {
	.init = buffer_init,
	.reset = buffer_reset,
};

static const struct kpool_ops decoder_ops = {
	.init = decoder_init,
	.reset = decoder_reset,
};

/* Text to tokens; the functions return 0 or a negative errno */

static bool decode_char(struct decoder *decoder, char c)
{
	if (decoder->at == decoder->end || *decoder->at != c)
		return false;
	decoder->at++;
	return true;
}

static int append(char *text, size_t *len, size_t max, char c)
{
	if (*len == max)
		return -E2BIG;
	text[(*len)++] = c;
	return 0;
}

static bool is_name_char(char c)
{
	/* isalnum() is also true for letters of Latin-1. */
	return isascii(c) && (isalnum(c) || c == '-' || c == '_' || c == '.');
}

static int decode_name(struct decoder *decoder, struct token *token)
{
	int err = 0;

	while (!err && decoder->at < decoder->end && is_name_char(*decoder->at))
		err = append(token->name, &token->name_len, NAME_MAX_LEN,
			     *decoder->at++);
	if (err)
		return err;
	return token->name_len && decode_char(decoder, '=') ? 0 : -EINVAL;
}

static int decode_escape(struct decoder *decoder, char *c)
{
	if (decoder->at == decoder->end)
		return -EINVAL;
	switch (*decoder->at++) {
	case '"':
		*c = '"';
		return 0;
	case '\\':
		*c = '\\';
		return 0;
	case 'n':
		*c = '\n';
		return 0;
	case 't':
		*c = '\t';
		return 0;
	default:
		return -EINVAL;
	}
}

/* Decode up to the closing quote or, without quotes, to the end of the line. */
static int decode_value(struct decoder *decoder, struct token *token)
{
	bool quoted = decode_char(decoder, '"');
	int err = 0;

	while (!err) {
		char c;

		if (quoted ? decode_char(decoder, '"') :
			     decode_char(decoder, '\n'))
			break;
		if (decoder->at == decoder->end || !isascii(*decoder->at) ||
		    !isprint(*decoder->at))
			return -EINVAL;
		c = *decoder->at++;
		if (!quoted && (c == '"' || c == '\\'))
			return -EINVAL;
		if (c == '\\')
			err = decode_escape(decoder, &c);
		if (!err)
			err = append(token->value, &token->value_len,
				     VALUE_MAX_LEN, c);
	}
	if (!err && quoted && !decode_char(decoder, '\n'))
		err = -EINVAL;
	return err;
}

static int decode_line(struct decoder *decoder)
{
	struct token *token __free(put_token) = NULL;
	int err;

	if (decoder->nr_tokens == TOKENS_MAX)
		return -E2BIG;
	token = kpool_get(tokens, GFP_KERNEL);
	if (!token)
		return -ENOMEM;
	err = decode_name(decoder, token);
	if (!err)
		err = decode_value(decoder, token);
	if (err)
		return err;
	/* From here on the decoder owns it. */
	decoder->nr_tokens++;
	list_add_tail(&no_free_ptr(token)->list, &decoder->tokens);
	return 0;
}

static int decode(struct decoder *decoder, const struct buffer *document)
{
	int err = 0;

	decoder->at = document->text;
	decoder->end = document->text + document->length;
	while (!err && decoder->at < decoder->end) {
		if (decode_char(decoder, '#')) {
			decoder->at = memchr(decoder->at, '\n',
					     decoder->end - decoder->at);
			if (!decoder->at)
				return -EINVAL;
		}
		if (!decode_char(decoder, '\n'))
			err = decode_line(decoder);
	}
	return err;
}

/* Tokens to text */

static void encode_char(struct buffer *result, char c)
{
	/* There is room: the document had at least as much text. */
	if (!WARN_ON_ONCE(result->length == BUFFER_SIZE))
		result->text[result->length++] = c;
}

static void encode_token(struct buffer *result, const struct token *token)
{
	size_t i;

	for (i = 0; i < token->name_len; i++)
		encode_char(result, token->name[i]);
	encode_char(result, '=');
	encode_char(result, '"');
	for (i = 0; i < token->value_len; i++) {
		char c = token->value[i];

		if (strchr("\"\\\n\t", c))
			encode_char(result, '\\');
		encode_char(result, c == '\n' ? 'n' : c == '\t' ? 't' : c);
	}
	encode_char(result, '"');
	encode_char(result, '\n');
}

static int parse(const struct buffer *document, struct buffer *result)
{
	struct decoder *decoder __free(put_decoder) =
		kpool_get(decoders, GFP_KERNEL);
	struct token *token;
	int err;

	if (!decoder)
		return -ENOMEM;
	err = decode(decoder, document);
	if (err)
		return err;
	list_for_each_entry(token, &decoder->tokens, list)
		encode_token(result, token);
	return 0;
}

/* The device */

static int parser_open(struct inode *inode, struct file *file)
{
	struct reader *reader = kzalloc(sizeof(*reader), GFP_KERNEL);

	if (!reader)
		return -ENOMEM;
	mutex_init(&reader->lock);
	file->private_data = reader;
	return 0;
}

static int parser_release(struct inode *inode, struct file *file)
{
	struct reader *reader = file->private_data;

	kpool_put(buffers, reader->result);
	kfree(reader);
	return 0;
}

static ssize_t parser_write(struct file *file, const char __user *from,
			    size_t count, loff_t *pos)
{
	struct reader *reader = file->private_data;
	struct buffer *document __free(put_buffer) = NULL;
	struct buffer *result __free(put_buffer) = NULL;
	int err;

	if (count > DOCUMENT_MAX)
		return -E2BIG;
	document = kpool_get(buffers, GFP_KERNEL);
	result = kpool_get(buffers, GFP_KERNEL);
	if (!document || !result)
		return -ENOMEM;
	/* Set this first: if the copy fails, the reset must clear its part. */
	document->length = count;
	if (copy_from_user(document->text, from, count))
		return -EFAULT;
	err = parse(document, result);
	if (err)
		return err;
	mutex_lock(&reader->lock);
	swap(reader->result, result);
	mutex_unlock(&reader->lock);
	/* Let the next read start at the beginning. */
	*pos = 0;
	return count;
}

static ssize_t parser_read(struct file *file, char __user *to, size_t count,
			   loff_t *pos)
{
	struct reader *reader = file->private_data;
	ssize_t ret = 0;

	mutex_lock(&reader->lock);
	if (reader->result)
		ret = simple_read_from_buffer(to, count, pos,
					      reader->result->text,
					      reader->result->length);
	mutex_unlock(&reader->lock);
	return ret;
}

static const struct file_operations parser_fops = {
	.owner = THIS_MODULE,
	.open = parser_open,
	.release = parser_release,
	.read = parser_read,
	.write = parser_write,
	.llseek = default_llseek,
};

static struct miscdevice parser_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "kpool-parser",
	.mode = 0600,
	.fops = &parser_fops,
};

static void parser_destroy_pools(void)
{
	kpool_destroy(decoders);
	kpool_destroy(buffers);
	kpool_destroy(tokens);
}

static int __init kpool_sample_parser_init(void)
{
	int err;

	tokens = kpool_create("parser-tokens", sizeof(struct token),
			      &(struct kpool_args){ .ops = &token_ops });
	buffers = kpool_create("parser-buffers", sizeof(struct buffer),
			       &(struct kpool_args){ .ops = &buffer_ops });
	decoders = kpool_create("parser-decoders", sizeof(struct decoder),
				&(struct kpool_args){ .ops = &decoder_ops });
	err = PTR_ERR_OR_ZERO(tokens) ?: PTR_ERR_OR_ZERO(buffers) ?:
	      PTR_ERR_OR_ZERO(decoders);
	if (!err)
		err = misc_register(&parser_device);
	if (err)
		parser_destroy_pools();
	return err;
}
module_init(kpool_sample_parser_init);

static void __exit kpool_sample_parser_exit(void)
{
	misc_deregister(&parser_device);
	parser_destroy_pools();
}
module_exit(kpool_sample_parser_exit);

MODULE_DESCRIPTION("A parser with three pools");
MODULE_LICENSE("GPL");
