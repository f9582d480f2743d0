/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Check that kpool and the code that calls it were compiled to the same
 * interface.
 *
 * Modules share structures with kpool whose layout the headers determine.  On a
 * kernel without MODVERSIONS nothing else compares the layout in a module with
 * that in kpool.ko.  Therefore each call that creates a pool or fills in
 * statistics passes a description of the headers that the caller was compiled
 * with, and kpool refuses a caller that does not match.  Other calls have no
 * such cost.
 *
 * Documentation/drivers.rst says which compatibility is promised.
 */
#ifndef _LINUX_KPOOL_INTERFACE_H
#define _LINUX_KPOOL_INTERFACE_H

#include <linux/export.h>
#include <linux/init.h>
#include <linux/stddef.h>
#include <linux/types.h>

struct module;

/*
 * Raise this when a call, a hook, a flag or a member changes its meaning but no
 * structure changes its layout.
 */
#define KPOOL_INTERFACE		1

/**
 * struct kpool_caller - the interface that a caller of kpool was compiled with
 * @interface: its %KPOOL_INTERFACE
 * @layout: the layout of the structures that the call uses
 * @module: the caller's module, NULL for built-in code
 *
 * This structure never changes: every kpool.ko must be able to read that of
 * every module.
 */
struct kpool_caller {
	u32 interface;
	u32 layout;
	struct module *module;
};

/* Describes the code in which it is expanded. */
#define KPOOL_CALLER(_layout)						\
({									\
	static const struct kpool_caller __kpool_caller = {		\
		.interface = KPOOL_INTERFACE,				\
		.layout = (_layout),					\
		.module = THIS_MODULE,					\
	};								\
	&__kpool_caller;						\
})

/*
 * Apply f(a, t, m) to each member m of the type t, where a is the result of the
 * previous call.
 */
#define __KPOOL_E1(f, a, t, m)		f(a, t, m)
#define __KPOOL_E2(f, a, t, m, ...)	__KPOOL_E1(f, f(a, t, m), t, __VA_ARGS__)
#define __KPOOL_E3(f, a, t, m, ...)	__KPOOL_E2(f, f(a, t, m), t, __VA_ARGS__)
#define __KPOOL_E4(f, a, t, m, ...)	__KPOOL_E3(f, f(a, t, m), t, __VA_ARGS__)
#define __KPOOL_E5(f, a, t, m, ...)	__KPOOL_E4(f, f(a, t, m), t, __VA_ARGS__)
#define __KPOOL_E6(f, a, t, m, ...)	__KPOOL_E5(f, f(a, t, m), t, __VA_ARGS__)
#define __KPOOL_E7(f, a, t, m, ...)	__KPOOL_E6(f, f(a, t, m), t, __VA_ARGS__)
#define __KPOOL_E8(f, a, t, m, ...)	__KPOOL_E7(f, f(a, t, m), t, __VA_ARGS__)
#define __KPOOL_E9(f, a, t, m, ...)	__KPOOL_E8(f, f(a, t, m), t, __VA_ARGS__)
#define __KPOOL_E10(f, a, t, m, ...)	__KPOOL_E9(f, f(a, t, m), t, __VA_ARGS__)
#define __KPOOL_E11(f, a, t, m, ...)	__KPOOL_E10(f, f(a, t, m), t, __VA_ARGS__)
#define __KPOOL_E12(f, a, t, m, ...)	__KPOOL_E11(f, f(a, t, m), t, __VA_ARGS__)
#define __KPOOL_E13(f, a, t, m, ...)	__KPOOL_E12(f, f(a, t, m), t, __VA_ARGS__)
#define __KPOOL_E14(f, a, t, m, ...)	__KPOOL_E13(f, f(a, t, m), t, __VA_ARGS__)
#define __KPOOL_E15(f, a, t, m, ...)	__KPOOL_E14(f, f(a, t, m), t, __VA_ARGS__)
#define __KPOOL_E16(f, a, t, m, ...)	__KPOOL_E15(f, f(a, t, m), t, __VA_ARGS__)
#define __KPOOL_E17(f, a, t, m, ...)	__KPOOL_E16(f, f(a, t, m), t, __VA_ARGS__)
#define __KPOOL_E18(f, a, t, m, ...)	__KPOOL_E17(f, f(a, t, m), t, __VA_ARGS__)
#define __KPOOL_E19(f, a, t, m, ...)	__KPOOL_E18(f, f(a, t, m), t, __VA_ARGS__)
#define __KPOOL_E20(f, a, t, m, ...)	__KPOOL_E19(f, f(a, t, m), t, __VA_ARGS__)
#define __KPOOL_E21(f, a, t, m, ...)	__KPOOL_E20(f, f(a, t, m), t, __VA_ARGS__)
#define __KPOOL_E22(f, a, t, m, ...)	__KPOOL_E21(f, f(a, t, m), t, __VA_ARGS__)
#define __KPOOL_E23(f, a, t, m, ...)	__KPOOL_E22(f, f(a, t, m), t, __VA_ARGS__)
#define __KPOOL_E24(f, a, t, m, ...)	__KPOOL_E23(f, f(a, t, m), t, __VA_ARGS__)
#define __KPOOL_E25(f, a, t, m, ...)	__KPOOL_E24(f, f(a, t, m), t, __VA_ARGS__)
#define __KPOOL_E26(f, a, t, m, ...)	__KPOOL_E25(f, f(a, t, m), t, __VA_ARGS__)
#define __KPOOL_E27(f, a, t, m, ...)	__KPOOL_E26(f, f(a, t, m), t, __VA_ARGS__)
#define __KPOOL_E28(f, a, t, m, ...)	__KPOOL_E27(f, f(a, t, m), t, __VA_ARGS__)
#define __KPOOL_COUNT(...)						\
	__KPOOL_NTH(__VA_ARGS__, 28, 27, 26, 25, 24, 23, 22, 21, 20, 19, 18, 17, \
		    16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, \
		    2, 1)
#define __KPOOL_NTH(_1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, \
		    _14, _15, _16, _17, _18, _19, _20, _21, _22, _23, _24, \
		    _25, _26, _27, _28, n, ...) n
#define __KPOOL_PASTE(n)		__KPOOL_E##n
#define __KPOOL_EACH_OF(n)		__KPOOL_PASTE(n)
#define __KPOOL_EACH(f, a, t, ...)					\
	__KPOOL_EACH_OF(__KPOOL_COUNT(__VA_ARGS__))(f, a, t, __VA_ARGS__)

/* One step of an FNV-1a hash. */
#define __KPOOL_HASH(hash, value)	(((hash) ^ (u32)(value)) * 16777619U)
#define __KPOOL_HASH_MEMBER(hash, type, member)				\
	__KPOOL_HASH(hash, (offsetof(type, member) << 16) +		\
			   sizeof(((type *)NULL)->member))
#define __KPOOL_ADD_SIZE(sum, type, member)				\
	((sum) + sizeof(((type *)NULL)->member))

#define __KPOOL_LAYOUT_OF(hash, type, ...)				\
	__KPOOL_HASH(__KPOOL_EACH(__KPOOL_HASH_MEMBER, hash, type,	\
				  __VA_ARGS__), sizeof(type))

/**
 * KPOOL_LAYOUT_OF() - compute a number that identifies a structure's layout
 * @hash: the number for the structures before this one
 * @...: the structure's type, and all its members in order
 *
 * The structure must have no holes: a member added in a hole would not change
 * the number.  kmod/core/interface.c checks that.
 *
 * Return: a constant of type u32.
 */
#define KPOOL_LAYOUT_OF(hash, ...)	__KPOOL_LAYOUT_OF(hash, __VA_ARGS__)

#define __KPOOL_DENSE(type, ...)					\
	(__KPOOL_EACH(__KPOOL_ADD_SIZE, 0, type, __VA_ARGS__) == sizeof(type))

/* True if there are no holes between these members and none after the last. */
#define KPOOL_DENSE(...)		__KPOOL_DENSE(__VA_ARGS__)

#define __KPOOL_NR_MEMBERS(type, ...)	__KPOOL_COUNT(__VA_ARGS__)

/* The number of these members. */
#define KPOOL_NR_MEMBERS(...)		__KPOOL_NR_MEMBERS(__VA_ARGS__)

/* For kpool.ko: return 0, or -ENOEXEC after a message about the pool @name. */
int kpool_check_caller(const char *name, const struct kpool_caller *caller,
		       u32 layout);

#endif /* _LINUX_KPOOL_INTERFACE_H */
