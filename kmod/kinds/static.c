// SPDX-License-Identifier: GPL-2.0
/*
 * Static pools: created by their first get, destroyed with their module.
 *
 * Owns kpool_statics, the list of the definitions whose pools exist, protected
 * by kpool_statics_lock.  A definition's pool changes only under the
 * definition's own lock.  That lock is held while the pool's hooks build the
 * reserve, and they may create other static pools: these locks nest as the
 * hooks do, and kpool_statics_lock is the innermost.
 *
 * A pool is published by a release store and read without any lock.  Destroying
 * it requires that its users are done, as kpool_destroy() does.
 *
 * Callers: the inline functions of <linux/kpool_static.h>, in any context; the
 * notifier for modules that are loaded and unloaded; module.c.
 */
#include <linux/export.h>
#include <linux/kpool_static.h>
#include <linux/limits.h>
#include <linux/module.h>
#include <linux/notifier.h>
#include <linux/sched/mm.h>

#include "kind.h"

static DEFINE_MUTEX(kpool_statics_lock);
static LIST_HEAD(kpool_statics);	/* the newest first */

/* Return the pool, after creating it if necessary, or an ERR_PTR(). */
static struct kpool *kpool_static_make(struct kpool_static *definition,
				       const char *name,
				       const struct kpool_caller *caller)
{
	struct kpool *pool;
	int err;

	err = kpool_check_caller(name, caller, KPOOL_STATIC_LAYOUT);
	if (err)
		return ERR_PTR(err);
	mutex_lock(&definition->lock);
	pool = definition->pool;
	if (!pool)
		pool = kpool_create(definition->name, definition->size,
				    &definition->args);
	if (!IS_ERR(pool) && !definition->pool) {
		mutex_lock(&kpool_statics_lock);
		list_add(&definition->node, &kpool_statics);
		mutex_unlock(&kpool_statics_lock);
		/* Pairs with the dependency in kpool_static_peek(). */
		smp_store_release(&definition->pool, pool);
	}
	mutex_unlock(&definition->lock);
	return pool;
}

/**
 * __kpool_static_create() - create a static pool unless it exists
 * @definition: defined by DEFINE_KPOOL(), whose NAME_create() calls this
 * @name: the name in @definition
 * @caller: the caller's interface; if it does not match, @definition is not
 *	read
 *
 * Context: Process context, may sleep.  Not from the pool's own hooks.
 * Return: 0, or the error of kpool_create().
 */
int __kpool_static_create(struct kpool_static *definition, const char *name,
			  const struct kpool_caller *caller)
{
	return PTR_ERR_OR_ZERO(kpool_static_make(definition, name, caller));
}
EXPORT_SYMBOL_GPL(__kpool_static_create);

/**
 * __kpool_static_first() - get the pool for a get that found none
 * @definition: defined by DEFINE_KPOOL(), whose NAME_get() calls this
 * @name: the name in @definition
 * @gfp: allocation flags of that get
 * @caller: the caller's interface; if it does not match, @definition is not
 *	read
 *
 * Creating a pool takes locks under which other tasks allocate with
 * %GFP_KERNEL.  Such an allocation may wait for file systems and block devices.
 * A caller that must not wait for them must not wait for these locks either,
 * even if it may sleep.
 *
 * Context: Any; creates the pool only if @gfp, and the scope of the task
 *	(memalloc_nofs_save() and the like), allow all that %GFP_KERNEL does.
 * Return: The pool, or NULL if it could not be created.
 */
struct kpool *__kpool_static_first(struct kpool_static *definition,
				   const char *name, gfp_t gfp,
				   const struct kpool_caller *caller)
{
	const gfp_t all = __GFP_DIRECT_RECLAIM | __GFP_IO | __GFP_FS;
	struct kpool *pool;

	if ((gfp & all) != all || (current_gfp_context(gfp) & all) != all)
		return NULL;
	pool = kpool_static_make(definition, name, caller);
	return IS_ERR(pool) ? NULL : pool;
}
EXPORT_SYMBOL_GPL(__kpool_static_first);

/**
 * __kpool_static_destroy() - destroy a static pool if it exists
 * @definition: defined by DEFINE_KPOOL(), whose NAME_destroy() calls this
 *
 * The next get creates the pool again.  All users must be done.  Objects that
 * are still in use are reported and left alone, see kpool_destroy(); unlike
 * those of other pools, they cannot be put any more.
 *
 * Context: Process context, sleeps.
 */
void __kpool_static_destroy(struct kpool_static *definition)
{
	mutex_lock(&definition->lock);
	if (definition->pool) {
		mutex_lock(&kpool_statics_lock);
		list_del(&definition->node);
		mutex_unlock(&kpool_statics_lock);
		kpool_destroy(definition->pool);
		WRITE_ONCE(definition->pool, NULL);
	}
	mutex_unlock(&definition->lock);
}
EXPORT_SYMBOL_GPL(__kpool_static_destroy);

/* Return the pool of @owner after @definition, or the first one, or NULL. */
static struct kpool_static *
kpool_static_next(const struct module *owner, struct kpool_static *definition)
{
	mutex_lock(&kpool_statics_lock);
	definition = list_prepare_entry(definition, &kpool_statics, node);
	list_for_each_entry_continue(definition, &kpool_statics, node)
		if (definition->owner == owner)
			break;
	if (list_entry_is_head(definition, &kpool_statics, node))
		definition = NULL;
	mutex_unlock(&kpool_statics_lock);
	return definition;
}

/* Return a pool of @owner, preferably one with no object in use, or NULL. */
static struct kpool_static *kpool_static_pick(const struct module *owner,
					      bool *in_use)
{
	struct kpool_static *definition, *found = NULL;
	struct kpool_stats stats = {};

	mutex_lock(&kpool_statics_lock);
	list_for_each_entry(definition, &kpool_statics, node) {
		if (definition->owner != owner)
			continue;
		found = definition;
		kpool_read_stats(definition->pool, &stats);
		if (!stats.in_use)
			break;
	}
	mutex_unlock(&kpool_statics_lock);
	*in_use = stats.in_use;
	return found;
}

static void kpool_static_drain(const struct module *owner)
{
	struct kpool_static *definition = NULL;

	while ((definition = kpool_static_next(owner, definition)))
		kpool_drain(definition->pool);
}

/*
 * Return the pool of @owner to destroy next, or NULL.  If objects of one pool
 * are in use, they may be held by objects of another pool, which must be
 * destroyed first.  That one may seem to have objects in use as well, which its
 * worker is about to tear down, perhaps because the previous pool has dropped
 * them.  Its objects are not held by any others, so after a drain none is in
 * use.
 */
static struct kpool_static *kpool_static_of(const struct module *owner)
{
	struct kpool_static *definition;
	bool in_use;

	definition = kpool_static_pick(owner, &in_use);
	if (!in_use)
		return definition;
	kpool_static_drain(owner);
	return kpool_static_pick(owner, &in_use);
}

/*
 * The module @data is going away.  Its exit function has run, or its init
 * function has failed, and no code of it runs except the workers of its pools,
 * so it does not change which objects hold which.  The module's memory, hooks
 * included, stays until the notifiers are done.
 */
static int kpool_static_notify(struct notifier_block *block,
			       unsigned long state, void *data)
{
	struct kpool_static *definition;

	if (state != MODULE_STATE_GOING)
		return NOTIFY_DONE;
	while ((definition = kpool_static_of(data)))
		kpool_static_destroy(definition);
	return NOTIFY_OK;
}

/* Run before other notifiers dismantle the module, whose hooks are called. */
static struct notifier_block kpool_static_block = {
	.notifier_call = kpool_static_notify,
	.priority = INT_MAX,
};

int kpool_static_init(void)
{
	return register_module_notifier(&kpool_static_block);
}

/* Modules with static pools keep kpool.ko loaded, so no static pool is left. */
void kpool_static_exit(void)
{
	unregister_module_notifier(&kpool_static_block);
}
