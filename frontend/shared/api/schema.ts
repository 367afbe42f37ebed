// Generated from docs/api/openapi.json by `make clients`. Do not edit.

export interface paths {
    "/api/v1/admin/activity": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What was changed, by whom, on whose approval */
        get: operations["list_activity"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/autoscaler": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How many workers each queue has and should have, and why */
        get: operations["read_autoscaler"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/autoscaler/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * What other thresholds would have done
         * @description Run recorded looks once more through the same policy, in a simulation. Nothing is changed.
         */
        post: operations["replay_autoscaler"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/autoscaler/samples": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every look at the queues, newest first */
        get: operations["list_autoscaler_samples"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/bundles/{bundle_id}/restore": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Bring back a bundle that is not yet purged */
        post: operations["restore_bundle"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/jobs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Every job, newest first, by whatever it is looked for
         * @description Page through the history. Every item says why it stands as it does.
         */
        get: operations["search_jobs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/jobs/{job_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One job, with what it was asked to do
         * @description What looks like a secret is left out of `payload`.
         */
        get: operations["inspect_job"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/jobs/{job_id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Put a failed job back in its queue */
        post: operations["retry_job"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/jobs/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel jobs that wait, and stop those that run
         * @description Up to 500 at once; `more` says that the filter finds others still.
         */
        post: operations["cancel_jobs"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/jobs/causes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Why jobs wait and fail, counted
         * @description Counts the newest 200 that wait, that run, and that failed within a day.
         */
        get: operations["count_job_causes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/jobs/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Put failed and cancelled jobs back in their queues
         * @description Up to 500 at once, with fresh attempts; `more` says that the filter finds others still.
         */
        post: operations["retry_jobs"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/next-runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * When a cron line would come due
         * @description Nothing is kept. Refused as a change of a schedule would be.
         */
        get: operations["preview_schedule"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/queues": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What waits, what runs, who serves it */
        get: operations["list_queues"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/queues/{queue_name}/pause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Let nobody take jobs from a queue
         * @description What runs goes on; what waits, waits. Twice is once.
         */
        post: operations["pause_queue"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/queues/{queue_name}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Let workers take jobs from a queue again */
        post: operations["resume_queue"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/schedules": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What runs when */
        get: operations["list_schedules"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/schedules/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Change when something runs, or whether */
        patch: operations["change_schedule"];
        trace?: never;
    };
    "/api/v1/admin/settings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What is set, secrets aside */
        get: operations["list_settings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/tasks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What can be cleaned up, and what was last */
        get: operations["list_tasks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/tasks/{name}/run": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Plan, or clean up
         * @description A dry run writes a warrant; a run with `warrant_id` executes that and nothing else; otherwise both in one.
         */
        post: operations["run_cleanup"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/throughput": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How much is done, how well and how fast */
        get: operations["read_throughput"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/warrants": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What was planned and what became of it */
        get: operations["list_warrants"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/warrants/{warrant_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One plan, item by item */
        get: operations["read_warrant"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/workers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who works, on what, and who fell silent */
        get: operations["list_workers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/ai/documentation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Create Documentation
         * @description Write documentation for files, folders or the whole repository; ends in a proposal, changes nothing.
         */
        post: operations["create_documentation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/ai/file-summary": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Create File Summary
         * @description Summarise a file; every claim of the answer comes with a receipt.
         */
        post: operations["create_file_summary"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/ai/inline-comment": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Create Inline Comment
         * @description Explain some lines of a file, or answer a question about them.
         */
        post: operations["create_inline_comment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/ai/jobs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Ai Jobs
         * @description List questions, newest first.
         */
        get: operations["list_ai_jobs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/ai/jobs/{job_id}/context": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read Ai Context
         * @description Read exactly what a job's model was shown, and the answer as it came.
         */
        get: operations["read_ai_context"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/ai/jobs/{job_id}/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Replay Ai Job
         * @description Work a recorded answer out again, without asking anybody, and compare it byte by byte.
         */
        post: operations["replay_ai_job"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/ai/rename-suggestions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Create Rename Suggestions
         * @description Look for names in a file that could be better.
         */
        post: operations["create_rename_suggestions"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/ai/result/{job_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read Ai Result
         * @description Read how a question stands, and its result once it has one.
         */
        get: operations["read_ai_result"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/ai/visa": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Draw Visa
         * @description Show what a question would send, to whom and at what cost. Nothing is sent.
         */
        post: operations["draw_visa"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Log In
         * @description Log in with e-mail and password.
         */
        post: operations["log_in"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/logout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Log Out
         * @description End this session, its access tokens included. Doing it twice is harmless.
         */
        post: operations["log_out"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/refresh": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Refresh Session
         * @description Exchange a refresh token for a new pair. A token works once: using it again ends the session.
         *
         *     Without one in the body, the cookie of a log-in with `refresh_in: cookie` is taken, from our own pages only. Such a
         *     token may be used again within 30 seconds as long as the one that it was exchanged for was not used: a page that is
         *     loaded anew loses the answer that was on its way.
         */
        post: operations["refresh_session"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/register": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Register
         * @description Create an account and log it in. The first account of an installation is its administrator.
         */
        post: operations["register"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Stream Events
         * @description Follow what happens in your projects as server-sent events.
         *
         *     Each event's data is a LiveEvent. Come back with `Last-Event-ID` to resume without a gap; `reset` means that the
         *     place is too old and everything should be read anew. The stream ends when the access token does.
         */
        get: operations["stream_events"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Is this process there? */
        get: operations["read_health"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/health/deep": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Does everything it stands on work? */
        get: operations["read_deep_health"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/jobs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Jobs
         * @description List your jobs and those of your projects, newest first.
         */
        get: operations["list_jobs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/jobs/{job_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read Job
         * @description Poll a job: `why` says in one sentence why it waits or failed, and what to do next.
         */
        get: operations["read_job"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/jobs/{job_id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel Job
         * @description Stop a job: a queued one at once, a running one within seconds.
         */
        post: operations["cancel_job"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/notifications": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Notifications
         * @description List what you were told, newest first.
         */
        get: operations["list_notifications"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/notifications/{notification_id}/read": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Read Notification
         * @description Mark one of your notifications as read.
         */
        post: operations["read_notification"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/notifications/read-all": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Read All Notifications
         * @description Mark all of your notifications as read.
         */
        post: operations["read_all_notifications"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/preview/{job_id}/about": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What am I running?
         * @description Commit, proposals, settings and tools that a bundle was made of, and what is new since you last opened one.
         */
        get: operations["read_about_preview"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/preview/{job_id}/about.html": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The same as a page */
        get: operations["show_about_preview"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/preview/{job_id}/expo/assets/{key}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A file of an update
         * @description With `A-IM: bsdiff` the code may come as what changed since `expo-current-update-id` (226).
         */
        get: operations["read_expo_asset"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/preview/{job_id}/expo/manifest": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A preview as an Expo update
         * @description Expo Updates, version 1: give this address to a development build, or to Expo Go.
         *
         *     The header `expo-platform` (`ios` or `android`) must be there, and be the bundle's; a bundle for another runtime is
         *     refused and never sent. More headers: see the protocol's specification.
         */
        get: operations["read_expo_manifest"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/preview/{job_id}/links": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * All ways to open a preview
         * @description Development build, Expo Go, browser: those that fit this bundle, the one most like the real app first.
         */
        get: operations["list_links"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/preview/{job_id}/picture": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The first screen, without a phone
         * @description Read the picture that a bundle drew when it was started without a phone.
         */
        get: operations["read_preview_picture"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/preview/{job_id}/web": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The link that opens a preview in a browser
         * @description Each preview has an origin of its own, and the link lets its holder in: open it in a tab, or frame it.
         */
        get: operations["read_web_link"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/preview/build": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Have a token's app built
         * @description Build here, or serve what was built or sent for this session already. No log-in: the token is enough.
         */
        post: operations["build_preview"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/preview/bundles/{job_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Delete a bundle before its time
         * @description Hide a bundle; it can be restored as an expired one can, unless it was given up `for_good`.
         */
        delete: operations["delete_preview_bundle"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/preview/compare": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Two previews of a project, side by side */
        get: operations["compare_two_previews"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/preview/compare.html": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The same as a page, with pictures */
        get: operations["show_comparison"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/preview/download/{job_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Download Bundle
         * @description Download the zip, whole or a range of it: a download that broke off goes on where it stopped.
         */
        get: operations["download_bundle"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/preview/logs/{job_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What happened to a preview, line by line
         * @description It grows while the build runs: ask again, and print what is new.
         */
        get: operations["read_preview_log"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/preview/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A project's preview sessions, the newest first */
        get: operations["list_sessions"];
        put?: never;
        /** Open a preview session */
        post: operations["open_session"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/preview/sessions/{session_id}/restore": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Bring a session's expired bundle back */
        post: operations["restore_session"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/preview/sessions/{session_id}/revoke": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** End a session: its token and grants are refused, and its build stops */
        post: operations["revoke_session"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/preview/sessions/{token}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What a token opens; no log-in needed
         * @description A browser (`Accept: text/html`) gets a page: how the preview stands, and every way to open it.
         */
        get: operations["read_session"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/preview/sessions/{token}/bundle": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a bundle; no log-in needed
         * @description Send the zip as the body. `X-Content-SHA256` lets the server refuse bytes that changed on their way.
         */
        post: operations["upload_bundle"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/preview/sessions/{token}/open": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Build it, from a button of its page
         * @description As `/preview/build`, for a plain form: answers with the way back to the page. No log-in: the token is enough.
         */
        post: operations["open_from_page"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/preview/status/{job_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How a preview stands */
        get: operations["read_preview_status"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/preview/token": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A token for one project on one platform */
        post: operations["make_token"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/preview/usage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What a project's previews take, and may take */
        get: operations["read_preview_usage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Projects
         * @description List the projects you may see, newest first.
         */
        get: operations["list_projects"];
        put?: never;
        /**
         * Create Project
         * @description Make a project; you own it. With a `repo_url` its first sync begins at once.
         */
        post: operations["create_project"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read Project
         * @description Read a project.
         */
        get: operations["read_project"];
        put?: never;
        post?: never;
        /**
         * Delete Project
         * @description Delete a project you own, for everybody.
         */
        delete: operations["delete_project"];
        options?: never;
        head?: never;
        /**
         * Change Project
         * @description Change a project you own. A new address begins a sync; credentials stay with their server.
         */
        patch: operations["change_project"];
        trace?: never;
    };
    "/api/v1/projects/{project_id}/activity": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What was changed in a project, and why it is there */
        get: operations["list_project_activity"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project_id}/files": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Files
         * @description List a folder at a ref: names, kinds, sizes, languages, blob ids.
         */
        get: operations["list_files"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project_id}/files/content": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read Content
         * @description Read a file at a ref, up to five megabytes: as JSON, or its very bytes.
         */
        get: operations["read_content"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project_id}/folder-sync": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Open Folder Sync
         * @description Begin to sync a folder into a project without a repository; a sync of yours that was open there is replaced.
         */
        post: operations["open_folder_sync"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project_id}/folder-sync/{sync_id}/blobs/{sha256}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Send Blob
         * @description Send the bytes of one content that is missing. Sending it twice is harmless.
         */
        put: operations["send_blob"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project_id}/folder-sync/{sync_id}/commit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Commit Folder Sync
         * @description Make the folder the next commit of the default branch. Asked for twice, it is the same job.
         */
        post: operations["commit_folder_sync"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project_id}/manifest": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read Manifest
         * @description Read the manifest of a ref: core, files, overlay. Without `ref`, that of the project's default branch.
         */
        get: operations["read_manifest"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project_id}/manifest/diff": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Compare Versions
         * @description Compare two manifests: what was added, removed, modified and renamed between `from` and `to`.
         */
        get: operations["compare_versions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project_id}/manifest/versions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Versions
         * @description List the project's manifests, newest first.
         */
        get: operations["list_versions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project_id}/members": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Project Members
         * @description List who has a role of his own in a project, strongest first; members of its team come on top.
         */
        get: operations["list_project_members"];
        put?: never;
        /**
         * Add Project Member
         * @description Let somebody into a project you own.
         */
        post: operations["add_project_member"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project_id}/members/{user_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Remove Project Member
         * @description Take somebody's role in a project you own away, or leave yourself.
         */
        delete: operations["remove_project_member"];
        options?: never;
        head?: never;
        /**
         * Change Project Member
         * @description Give somebody another role in a project you own.
         */
        patch: operations["change_project_member"];
        trace?: never;
    };
    "/api/v1/projects/{project_id}/preview-settings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How a project's previews are built
         * @description Read the variables that builds see, and whether packages may run scripts. Nothing here is secret.
         */
        get: operations["read_preview_settings"];
        /**
         * Say how a project's previews are built
         * @description Replace all of it. Names that steer the build itself, such as `NODE_OPTIONS`, are refused.
         */
        put: operations["replace_preview_settings"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project_id}/proposals": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Proposals
         * @description List a project's proposals, newest first.
         */
        get: operations["list_proposals"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project_id}/references": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List References
         * @description Find every place at a ref that means what stands at a place, and for each whether that is certain.
         */
        get: operations["list_references"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project_id}/symbols": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Symbols
         * @description Search definitions by name at a ref: equal names first, then those that begin so, hold it, or its letters.
         *
         *     Without `query`: everything that is defined below `path`, by path and line.
         */
        get: operations["list_symbols"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project_id}/symbols/graph": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show Neighbourhood
         * @description Show what surrounds a symbol at a ref: as JSON, or drawn, with `Accept: image/svg+xml`.
         */
        get: operations["show_neighbourhood"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/proposals/{proposal_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read Proposal
         * @description Read a proposal with every hunk and decision.
         */
        get: operations["read_proposal"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/proposals/{proposal_id}/apply": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Apply Proposal
         * @description Record what was approved as a commit of its own; upstream branches are never touched.
         */
        post: operations["apply_proposal"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/proposals/{proposal_id}/approve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Approve Proposal
         * @description Approve all hunks or those named, exactly as they were shown.
         */
        post: operations["approve_proposal"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/proposals/{proposal_id}/patch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Download Patch
         * @description Download the changes as a patch that `git apply` takes, byte for byte.
         */
        get: operations["download_patch"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/proposals/{proposal_id}/reject": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Reject Proposal
         * @description Refuse a proposal for good.
         */
        post: operations["reject_proposal"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/proposals/{proposal_id}/revert": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Revert Proposal
         * @description Propose to take an applied change back: clean hunks to choose, conflicts to see, later edits kept.
         */
        post: operations["revert_proposal"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/refactor/jobs/{job_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read Refactor Job
         * @description Read how a refactor stands, and its proposal once it has one.
         */
        get: operations["read_refactor_job"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/refactor/move": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Request Move
         * @description Move what stands at a place to another module, its imports mended; ends in a proposal, changes nothing.
         */
        post: operations["request_move"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/refactor/rename": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Request Rename
         * @description Rename what stands at a place, in all files that mean it; ends in a proposal, changes nothing.
         */
        post: operations["request_rename"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/refactor/replace": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Request Replacement
         * @description Find code by a syntax pattern and replace it; ends in a proposal, changes nothing.
         */
        post: operations["request_replacement"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/repos/{project_id}/sync": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read Sync History
         * @description List past syncs, newest first, and how the mirror stands.
         */
        get: operations["read_sync_history"];
        put?: never;
        /**
         * Start Sync
         * @description Bring the project's mirror up to date. A sync that waits or runs already is joined.
         */
        post: operations["start_sync"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/teams": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Teams
         * @description List your teams.
         */
        get: operations["list_teams"];
        put?: never;
        /**
         * Create Team
         * @description Found a team; you are its owner.
         */
        post: operations["create_team"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/teams/{team_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read Team
         * @description Read a team you are in.
         */
        get: operations["read_team"];
        put?: never;
        post?: never;
        /**
         * Delete Team
         * @description Dissolve a team you own; it must have no projects.
         */
        delete: operations["delete_team"];
        options?: never;
        head?: never;
        /**
         * Rename Team
         * @description Rename a team you own.
         */
        patch: operations["rename_team"];
        trace?: never;
    };
    "/api/v1/teams/{team_id}/members": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Team Members
         * @description List the members of a team you are in, strongest roles first.
         */
        get: operations["list_team_members"];
        put?: never;
        /**
         * Add Team Member
         * @description Take somebody into a team you own.
         */
        post: operations["add_team_member"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/teams/{team_id}/members/{user_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Remove Team Member
         * @description Let a member of a team you own go, or leave yourself.
         */
        delete: operations["remove_team_member"];
        options?: never;
        head?: never;
        /**
         * Change Team Member
         * @description Give a member of a team you own another role.
         */
        patch: operations["change_team_member"];
        trace?: never;
    };
    "/api/v1/users/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read Me
         * @description Read your profile.
         */
        get: operations["read_me"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change Me
         * @description Change your name or your password. A new password ends every session, this one too.
         */
        patch: operations["change_me"];
        trace?: never;
    };
    "/api/v1/users/me/preferences": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read Preferences
         * @description Read your preferences.
         */
        get: operations["read_preferences"];
        /**
         * Replace Preferences
         * @description Set all of your preferences at once.
         */
        put: operations["replace_preferences"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * AboutCommitOut
         * @description The commit a bundle was built of. `known` is false where the mirror no longer has it.
         */
        AboutCommitOut: {
            /** Author */
            author?: string | null;
            /** Committed At */
            committed_at?: string | null;
            /** Id */
            id: string;
            /** Known */
            known: boolean;
            /** Subject */
            subject?: string | null;
        };
        /**
         * AboutManifestOut
         * @description The manifest of that commit.
         */
        AboutManifestOut: {
            /** Hash */
            hash: string;
            /** Version */
            version: number;
        };
        /**
         * AboutOut
         * @description What is running: what it was made of, which proposals are in it, and what is new since you last looked.
         *
         *     `changes` is null where you have opened no other preview of this project on this platform.
         */
        AboutOut: {
            boot: components["schemas"]["BootOut"] | null;
            /** Built At */
            built_at: string;
            changes: components["schemas"]["ChangesOut"] | null;
            /** Commit */
            commit: string | null;
            /** Content Sha256 */
            content_sha256: string | null;
            /** Environment */
            environment: string[];
            /** Expires At */
            expires_at: string;
            /** Git Ref */
            git_ref: string | null;
            /** Has Picture */
            has_picture: boolean;
            /** Hermes */
            hermes: number | null;
            /**
             * Job Id
             * Format: uuid
             */
            job_id: string;
            /** Lockfile Sha256 */
            lockfile_sha256: string | null;
            manifest: components["schemas"]["AboutManifestOut"] | null;
            /** Manifest Hash */
            manifest_hash: string | null;
            of_commit: components["schemas"]["AboutCommitOut"] | null;
            /** Platform */
            platform: string;
            /**
             * Project Id
             * Format: uuid
             */
            project_id: string;
            proposals: components["schemas"]["AboutProposalsOut"] | null;
            /** Runtime Version */
            runtime_version: string | null;
            /** Sandbox */
            sandbox: string | null;
            /** Sdk Version */
            sdk_version: string | null;
            /** Sha256 */
            sha256: string;
            /** Size Bytes */
            size_bytes: number;
            /** Source */
            source: string | null;
            /** Status */
            status: string;
            /** Tools */
            tools: {
                [key: string]: string;
            };
        };
        /**
         * AboutProposalOut
         * @description A proposal that was approved: applied as `commit`, or not yet.
         */
        AboutProposalOut: {
            /** Commit */
            commit: string | null;
            /**
             * Proposal Id
             * Format: uuid
             */
            proposal_id: string;
            /** Status */
            status: string;
            /** Title */
            title: string;
        };
        /**
         * AboutProposalsOut
         * @description Which approved proposals are in what runs, and which are not: the newest twenty of each.
         */
        AboutProposalsOut: {
            /** Contained */
            contained: components["schemas"]["AboutProposalOut"][];
            /** Missing */
            missing: components["schemas"]["AboutProposalOut"][];
        };
        /**
         * ActiveJobOut
         * @description A job that a worker runs.
         */
        ActiveJobOut: {
            /**
             * Job Id
             * Format: uuid
             */
            job_id: string;
            /** Kind */
            kind: string;
        };
        /**
         * ActivePreviewOut
         * @description A bundle of this manifest's commit that can be opened on a device now.
         */
        ActivePreviewOut: {
            /** Created At */
            created_at: string;
            /** Expires At */
            expires_at: string;
            /**
             * Job Id
             * Format: uuid
             */
            job_id: string;
            /** Platform */
            platform: string | null;
            /** Source */
            source: string | null;
            /** Status */
            status: string;
        };
        /**
         * AdminJobDetailOut
         * @description Such a job with what it was asked to do; text that looks like a secret is left out.
         */
        AdminJobDetailOut: {
            /** Attempt */
            attempt: number;
            /** Cancel Requested At */
            cancel_requested_at: string | null;
            /** Cause */
            cause: string;
            /** Correlation Id */
            correlation_id: string;
            /** Created At */
            created_at: string;
            error: components["schemas"]["JobError"] | null;
            /** Exhausted */
            exhausted: boolean;
            /** Finished At */
            finished_at: string | null;
            /** Gpu Required */
            gpu_required: boolean;
            /**
             * Job Id
             * Format: uuid
             */
            job_id: string;
            /** Kind */
            kind: string;
            /** Lease Until */
            lease_until: string | null;
            /** Max Attempts */
            max_attempts: number;
            /** Payload */
            payload: {
                [key: string]: unknown;
            };
            /** Phase */
            phase: string | null;
            /** Priority */
            priority: number;
            /** Progress */
            progress: number;
            /** Project Id */
            project_id: string | null;
            /** Queue */
            queue: string;
            /** Rescued */
            rescued: boolean;
            /** Run At */
            run_at: string;
            /** Started At */
            started_at: string | null;
            /** Status */
            status: string;
            /** Trace Parent */
            trace_parent: string | null;
            /** User Id */
            user_id: string | null;
            /** Why */
            why: string;
            /** Worker Id */
            worker_id: string | null;
        };
        /**
         * AdminJobOut
         * @description A job as administrators see it: who asked for it, who runs or ran it, and what it is traced by.
         */
        AdminJobOut: {
            /** Attempt */
            attempt: number;
            /** Cancel Requested At */
            cancel_requested_at: string | null;
            /** Cause */
            cause: string;
            /** Correlation Id */
            correlation_id: string;
            /** Created At */
            created_at: string;
            error: components["schemas"]["JobError"] | null;
            /** Exhausted */
            exhausted: boolean;
            /** Finished At */
            finished_at: string | null;
            /** Gpu Required */
            gpu_required: boolean;
            /**
             * Job Id
             * Format: uuid
             */
            job_id: string;
            /** Kind */
            kind: string;
            /** Lease Until */
            lease_until: string | null;
            /** Max Attempts */
            max_attempts: number;
            /** Phase */
            phase: string | null;
            /** Priority */
            priority: number;
            /** Progress */
            progress: number;
            /** Project Id */
            project_id: string | null;
            /** Queue */
            queue: string;
            /** Rescued */
            rescued: boolean;
            /** Run At */
            run_at: string;
            /** Started At */
            started_at: string | null;
            /** Status */
            status: string;
            /** User Id */
            user_id: string | null;
            /** Why */
            why: string;
            /** Worker Id */
            worker_id: string | null;
        };
        /**
         * AiContextOut
         * @description An AI job that was shown files of this manifest.
         */
        AiContextOut: {
            /**
             * Ai Job Id
             * Format: uuid
             */
            ai_job_id: string;
            /** Context Sha256 */
            context_sha256: string;
            /** Created At */
            created_at: string;
            /** Finished At */
            finished_at: string | null;
            /**
             * Job Id
             * Format: uuid
             */
            job_id: string;
            /** Kind */
            kind: string;
        };
        /**
         * AiJobOut
         * @description A question and how it stands; `kind` is the question's. Lines and words belong to a question about lines.
         */
        AiJobOut: {
            /** Attempt */
            attempt: number;
            /** Cause */
            cause: string;
            /** Commit */
            commit: string | null;
            /** Cost Usd */
            cost_usd: string | null;
            /** Created At */
            created_at: string;
            /** Created By */
            created_by: string | null;
            /** End Line */
            end_line: number | null;
            error: components["schemas"]["JobError"] | null;
            /** Finished At */
            finished_at: string | null;
            /** Input Tokens */
            input_tokens: number;
            /**
             * Job Id
             * Format: uuid
             */
            job_id: string;
            /** Kind */
            kind: string;
            /** Manifest Hash */
            manifest_hash: string | null;
            /** Max Attempts */
            max_attempts: number;
            /** Model */
            model: string | null;
            /** Output Tokens */
            output_tokens: number;
            /** Paths */
            paths: string[];
            /** Phase */
            phase: string | null;
            /** Progress */
            progress: number;
            /** Project Id */
            project_id: string | null;
            /** Proposal Id */
            proposal_id: string | null;
            /** Provider */
            provider: string | null;
            /** Provider Attempts */
            provider_attempts: components["schemas"]["AttemptOut"][];
            /** Question */
            question: string | null;
            /** Queue */
            queue: string;
            /** Ref */
            ref: string | null;
            /** Result Sha256 */
            result_sha256: string | null;
            /** Run At */
            run_at: string;
            /** Start Line */
            start_line: number | null;
            /** Started At */
            started_at: string | null;
            /** Status */
            status: string;
            /** Why */
            why: string;
        };
        /**
         * AiResultOut
         * @description The same with the result: suggestions with their receipts, what was skipped, and which files would change.
         */
        AiResultOut: {
            /** Attempt */
            attempt: number;
            /** Cause */
            cause: string;
            /** Commit */
            commit: string | null;
            /** Cost Usd */
            cost_usd: string | null;
            /** Created At */
            created_at: string;
            /** Created By */
            created_by: string | null;
            /** End Line */
            end_line: number | null;
            error: components["schemas"]["JobError"] | null;
            /** Finished At */
            finished_at: string | null;
            /** Input Tokens */
            input_tokens: number;
            /**
             * Job Id
             * Format: uuid
             */
            job_id: string;
            /** Kind */
            kind: string;
            /** Manifest Hash */
            manifest_hash: string | null;
            /** Max Attempts */
            max_attempts: number;
            /** Model */
            model: string | null;
            /** Output Tokens */
            output_tokens: number;
            /** Paths */
            paths: string[];
            /** Phase */
            phase: string | null;
            /** Progress */
            progress: number;
            /** Project Id */
            project_id: string | null;
            /** Proposal Id */
            proposal_id: string | null;
            /** Provider */
            provider: string | null;
            /** Provider Attempts */
            provider_attempts: components["schemas"]["AttemptOut"][];
            /** Question */
            question: string | null;
            /** Queue */
            queue: string;
            /** Ref */
            ref: string | null;
            /** Result */
            result: {
                [key: string]: unknown;
            } | null;
            /** Result Sha256 */
            result_sha256: string | null;
            /** Run At */
            run_at: string;
            /** Start Line */
            start_line: number | null;
            /** Started At */
            started_at: string | null;
            /** Status */
            status: string;
            /** Why */
            why: string;
        };
        /**
         * SessionOut
         * @description Somebody is logged in: send `access_token` as a bearer token, and renew it with `refresh_token`.
         *
         *     `refresh_token` is null when it came as a cookie.
         */
        app__services__auth__schemas__SessionOut: {
            /** Access Token */
            access_token: string;
            /** Expires In */
            expires_in: number;
            /** Refresh Token */
            refresh_token: string | null;
            /**
             * Token Type
             * @default bearer
             * @constant
             */
            token_type: "bearer";
            user: components["schemas"]["UserOut"];
        };
        /**
         * BundleOut
         * @description A bundle after it was restored.
         */
        app__services__cleanup__schemas__BundleOut: {
            /**
             * Bundle Id
             * Format: uuid
             */
            bundle_id: string;
            /** Expires At */
            expires_at: string;
            /** Status */
            status: string;
        };
        /**
         * BundleOut
         * @description A finished bundle: its size in bytes, its SHA-256, and until when it can be had.
         */
        app__services__preview__schemas__BundleOut: {
            /**
             * Content Sha256
             * @description Of its files but the metadata and the log; equal for equal apps.
             */
            content_sha256: string | null;
            /** Download Url */
            download_url: string;
            /** Expires At */
            expires_at: string;
            /** Sha256 */
            sha256: string;
            /** Size Bytes */
            size_bytes: number;
            /** Status */
            status: string;
        };
        /**
         * SessionOut
         * @description A preview session as its owner sees it.
         */
        app__services__preview__schemas__SessionOut: {
            /** Created At */
            created_at: string;
            /** Dev Url */
            dev_url: string | null;
            /** Ended At */
            ended_at: string | null;
            /** Expires At */
            expires_at: string;
            /** Git Ref */
            git_ref: string | null;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Job Id */
            job_id: string | null;
            /** Platform */
            platform: string;
            /**
             * Project Id
             * Format: uuid
             */
            project_id: string;
            /** Source */
            source: string;
            /** Status */
            status: string;
            /** User Id */
            user_id: string | null;
        };
        /**
         * AppContainer
         * @description What opens a native bundle: Expo Go, which has one SDK, or a build of the app itself.
         * @enum {string}
         */
        AppContainer: "expo-go" | "development-build";
        /**
         * AppliedOut
         * @description The commit that applied a proposal, and the ref that leads to it.
         */
        AppliedOut: {
            /** Applied At */
            applied_at: string;
            /** Applied By */
            applied_by: string | null;
            /** Commit */
            commit: string;
            /** Parent */
            parent: string;
            /** Pushed Branch */
            pushed_branch: string | null;
            /** Ref */
            ref: string;
        };
        /**
         * ApplyIn
         * @description Apply what was approved; with `push_branch`, push it too (true: as `hivesync/<short id>`).
         */
        ApplyIn: {
            /** Push Branch */
            push_branch?: string | true | null;
        };
        /**
         * ApproveIn
         * @description Approve what was shown: its digest, and which hunks (all, when left out).
         */
        ApproveIn: {
            /**
             * Digest
             * @description `digest` of the proposal that was looked at.
             */
            digest: string;
            /** Hunks */
            hunks?: string[] | null;
        };
        /**
         * AttemptOut
         * @description One provider's turn.
         */
        AttemptOut: {
            /** Code */
            code?: string | null;
            /** Cost Usd */
            cost_usd?: string | null;
            /**
             * Input Tokens
             * @default 0
             */
            input_tokens: number;
            /** Message */
            message?: string | null;
            /** Model */
            model: string;
            /** Outcome */
            outcome: string;
            /**
             * Output Tokens
             * @default 0
             */
            output_tokens: number;
            /** Provider */
            provider: string;
            /** Seconds */
            seconds: number;
        };
        /**
         * AutoscalerOut
         * @description Whether the autoscaler may act, through whom, and what it last decided. It decides even when it may not act.
         */
        AutoscalerOut: {
            /** Driver */
            driver: string;
            /** Enabled */
            enabled: boolean;
            /** Poll Interval Seconds */
            poll_interval_seconds: number;
            /** Queues */
            queues: components["schemas"]["ScaledQueueOut"][];
            /** Recent Actions */
            recent_actions: components["schemas"]["SampleOut"][];
        };
        /**
         * BootErrorOut
         * @description Why a bundle did not start, and where.
         */
        BootErrorOut: {
            /** Message */
            message: string;
            /** Places */
            places: string[];
        };
        /**
         * BootOut
         * @description What happened when it was started without a phone.
         */
        BootOut: {
            error: components["schemas"]["BootErrorOut"] | null;
            /** Milliseconds */
            milliseconds: number | null;
            /** Missing Modules */
            missing_modules: string[];
            /** Missing Views */
            missing_views: string[];
            /** Started */
            started: boolean;
        };
        /**
         * BuildIn
         * @description Have a session's app built. The token may also come as `Authorization: Bearer`.
         */
        BuildIn: {
            /**
             * Git Ref
             * @description Another ref than the session was opened for.
             */
            git_ref?: string | null;
            /** Token */
            token?: string | null;
        };
        /**
         * BulkIn
         * @description Which jobs: `ids`, or all that a `filter` finds, up to 500 at once.
         */
        BulkIn: {
            filter?: components["schemas"]["JobFilterIn"] | null;
            /** Ids */
            ids?: string[] | null;
        };
        /**
         * BulkOut
         * @description How many were done, and of how many not, because the same work is active, they cannot be, or are unknown.
         */
        BulkOut: {
            /** Done */
            done: number;
            /** More */
            more: boolean;
            /** Refused */
            refused: number;
            /** Same Work Active */
            same_work_active: number;
            /** Unknown */
            unknown: number;
        };
        /**
         * BundleDeletedOut
         * @description A bundle that is hidden now: until when it can be restored, and from when it is purged.
         */
        BundleDeletedOut: {
            /**
             * Job Id
             * Format: uuid
             */
            job_id: string;
            /** Purge At */
            purge_at: string | null;
            /** Status */
            status: string;
        };
        /**
         * CauseOut
         * @description One cause, and how many of the jobs looked at have it.
         */
        CauseOut: {
            /** Cause */
            cause: string;
            /** Jobs */
            jobs: number;
            /** Meaning */
            meaning: string;
            /** Next Step */
            next_step: string;
        };
        /**
         * CausesOut
         * @description Causes, the most frequent first, of so many jobs.
         */
        CausesOut: {
            /** Causes */
            causes: components["schemas"]["CauseOut"][];
            /** Jobs */
            jobs: number;
        };
        /**
         * ChangedNameOut
         * @description A file or module that differs: `added`, `removed` or `changed`, with its bytes on either side where known.
         */
        ChangedNameOut: {
            /** After */
            after: number | null;
            /** Before */
            before: number | null;
            /** Change */
            change: string;
            /** Path */
            path: string;
        };
        /**
         * ChangedNamesOut
         * @description What differs, the first hundred, and how many there are in all.
         */
        ChangedNamesOut: {
            /** Shown */
            shown: components["schemas"]["ChangedNameOut"][];
            /** Total */
            total: number;
        };
        /**
         * ChangeOut
         * @description One path that differs: `added`, `removed`, `modified` or `renamed` (the same bytes under another path).
         */
        ChangeOut: {
            after: components["schemas"]["FileOut"] | null;
            before: components["schemas"]["FileOut"] | null;
            /** Change */
            change: string;
            /** Old Path */
            old_path: string | null;
            /** Path */
            path: string;
        };
        /**
         * ChangesOut
         * @description What changed since another preview. `files` or `modules` are null where that cannot be said: `notes` say why.
         */
        ChangesOut: {
            bundle_bytes: components["schemas"]["SizeOut"];
            files: components["schemas"]["ChangedNamesOut"] | null;
            module_bytes: components["schemas"]["SizeOut"];
            modules: components["schemas"]["ChangedNamesOut"] | null;
            /** Notes */
            notes: string[];
            /** Since Built At */
            since_built_at: string;
            /** Since Commit */
            since_commit: string | null;
            /**
             * Since Job Id
             * Format: uuid
             */
            since_job_id: string;
        };
        /**
         * ClientKind
         * @description What kind of program is calling: it decides what that program may ask for.
         * @enum {string}
         */
        ClientKind: "web" | "desktop" | "cli" | "editor" | "phone" | "ipad";
        /**
         * ComparisonOut
         * @description Two previews beside each other: what they are, which facts differ, and what changed from left to right.
         */
        ComparisonOut: {
            changes: components["schemas"]["ChangesOut"];
            /** Differences */
            differences: components["schemas"]["DifferenceOut"][];
            left: components["schemas"]["FactsOut"];
            right: components["schemas"]["FactsOut"];
        };
        /**
         * ContextOut
         * @description The exact context of a job: what was sent, word for word, what was left out, and the answer as it came.
         */
        ContextOut: {
            /** Context Sha256 */
            context_sha256: string;
            /**
             * Job Id
             * Format: uuid
             */
            job_id: string;
            /** Raw Reply */
            raw_reply: string | null;
            /** Record */
            record: {
                [key: string]: unknown;
            };
        };
        /**
         * CredentialsIn
         * @description How to log in to the repository: a token or password for https, a private key for ssh. Never shown again.
         */
        CredentialsIn: {
            /** Password */
            password?: string | null;
            /** Ssh Private Key */
            ssh_private_key?: string | null;
            /** Token */
            token?: string | null;
            /** Username */
            username?: string | null;
        };
        /**
         * DecisionOut
         * @description What somebody decided, and the digest it was bound to.
         */
        DecisionOut: {
            /**
             * Actor Id
             * Format: uuid
             */
            actor_id: string;
            /** Created At */
            created_at: string;
            /** Digest */
            digest: string;
            /** Hunk Ids */
            hunk_ids: string[];
            /** Reason */
            reason: string | null;
            /** Verdict */
            verdict: string;
        };
        /**
         * DeepHealthOut
         * @description Every check, and the worst of them.
         */
        DeepHealthOut: {
            /** Checks */
            checks: components["schemas"]["FindingOut"][];
            /** Status */
            status: string;
        };
        /**
         * DifferenceOut
         * @description A fact that differs.
         */
        DifferenceOut: {
            /** Left */
            left: string | null;
            /** Name */
            name: string;
            /** Right */
            right: string | null;
        };
        /**
         * DiffOut
         * @description What changed between two manifests, by path. Counts and sums cover all pages.
         *
         *     `is_complete` is false when there are more changes than are ever listed; the sums are right all the same.
         */
        DiffOut: {
            /** Counts */
            counts: {
                [key: string]: number;
            };
            /** File Count Change */
            file_count_change: number;
            from: components["schemas"]["EndOut"];
            /** Is Complete */
            is_complete: boolean;
            /** Items */
            items: components["schemas"]["ChangeOut"][];
            /**
             * Languages
             * @description The difference of files and bytes, where there is one.
             */
            languages: {
                [key: string]: components["schemas"]["LanguageOut"];
            };
            /** Next Cursor */
            next_cursor?: string | null;
            to: components["schemas"]["EndOut"];
            /** Total Bytes Change */
            total_bytes_change: number;
        };
        /**
         * DocumentationIn
         * @description Document files, folders, or (without `paths`) the whole repository; ends in a proposal.
         */
        DocumentationIn: {
            /** Paths */
            paths?: string[] | null;
            /**
             * Project Id
             * Format: uuid
             */
            project_id: string;
            /** Ref */
            ref?: string | null;
        };
        /**
         * EffectOut
         * @description One record of the effect ledger. `summary` says it in a sentence; `hash` is what the next record builds on.
         */
        EffectOut: {
            /** Action */
            action: string;
            /** Actor Id */
            actor_id: string | null;
            /** Actor Kind */
            actor_kind: string;
            /** Actor Name */
            actor_name: string | null;
            /** After */
            after: {
                [key: string]: unknown;
            } | null;
            /** Approval */
            approval: string | null;
            /** At */
            at: string;
            /** Before */
            before: {
                [key: string]: unknown;
            } | null;
            /** Chain */
            chain: string;
            /** Hash */
            hash: string;
            /** Inverse */
            inverse: {
                [key: string]: unknown;
            } | null;
            /** Job Id */
            job_id: string | null;
            /** Position */
            position: number;
            /** Project Id */
            project_id: string | null;
            /** Seq */
            seq: number;
            /** Subject */
            subject: string;
            /** Subject Id */
            subject_id: string;
            /** Summary */
            summary: string;
        };
        /**
         * EndOut
         * @description One end of a comparison.
         */
        EndOut: {
            /** Commit */
            commit: string;
            /** Hash */
            hash: string;
            /** Ref */
            ref: string;
            /** Version */
            version: number;
        };
        /**
         * EntryOut
         * @description A name directly in the root folder: `file`, `folder`, `symlink`, `submodule` or `lfs_pointer`.
         *
         *     `node_hash` is a folder's hash over everything below it: equal hashes, equal content.
         */
        EntryOut: {
            /** Kind */
            kind: string;
            /** Language */
            language: string | null;
            /** Mode */
            mode: string;
            /** Name */
            name: string;
            /** Node Hash */
            node_hash: string | null;
            /** Object Id */
            object_id: string;
            /** Size */
            size: number | null;
        };
        /**
         * ErrorOut
         * @description What went wrong, in a form both people and programs can use.
         */
        ErrorOut: {
            /** Code */
            code: string;
            /** Details */
            details: {
                [key: string]: unknown;
            };
            /** Message */
            message: string;
            /** Request Id */
            request_id: string;
        };
        /**
         * FactsOut
         * @description What a bundle is, from its row alone.
         */
        FactsOut: {
            boot: components["schemas"]["BootOut"] | null;
            /** Built At */
            built_at: string;
            /** Commit */
            commit: string | null;
            /** Content Sha256 */
            content_sha256: string | null;
            /** Environment */
            environment: string[];
            /** Expires At */
            expires_at: string;
            /** Git Ref */
            git_ref: string | null;
            /** Has Picture */
            has_picture: boolean;
            /** Hermes */
            hermes: number | null;
            /**
             * Job Id
             * Format: uuid
             */
            job_id: string;
            /** Lockfile Sha256 */
            lockfile_sha256: string | null;
            /** Manifest Hash */
            manifest_hash: string | null;
            /** Platform */
            platform: string;
            /**
             * Project Id
             * Format: uuid
             */
            project_id: string;
            /** Runtime Version */
            runtime_version: string | null;
            /** Sandbox */
            sandbox: string | null;
            /** Sdk Version */
            sdk_version: string | null;
            /** Sha256 */
            sha256: string;
            /** Size Bytes */
            size_bytes: number;
            /** Source */
            source: string | null;
            /** Status */
            status: string;
            /** Tools */
            tools: {
                [key: string]: string;
            };
        };
        /**
         * FileChangeOut
         * @description What happens to one file. `confirm`: it can run commands, so its hunks must be approved by name.
         */
        FileChangeOut: {
            /** Base Blob */
            base_blob: string | null;
            /**
             * Change
             * @enum {string}
             */
            change: "create" | "modify" | "delete";
            /** Confirm */
            confirm: boolean;
            /** Hunks */
            hunks: components["schemas"]["HunkOut"][];
            /** Mode */
            mode: string;
            /** Path */
            path: string;
        };
        /**
         * FileContentOut
         * @description A file at a commit. A symlink's content is the path it names; nothing is followed.
         *
         *     `truncated` is set when `max_bytes` was smaller than the file; `size` is always the whole file's.
         */
        FileContentOut: {
            /** Blob Id */
            blob_id: string;
            /** Commit */
            commit: string;
            /** Content */
            content: string;
            /**
             * Encoding
             * @enum {string}
             */
            encoding: "utf-8" | "base64";
            /** Is Binary */
            is_binary: boolean;
            /** Is Lfs Pointer */
            is_lfs_pointer: boolean;
            /** Kind */
            kind: string;
            /** Language */
            language: string | null;
            /** Mode */
            mode: string;
            /** Path */
            path: string;
            /** Ref */
            ref: string;
            /** Size */
            size: number;
            /** Symlink Target */
            symlink_target: string | null;
            /** Truncated */
            truncated: boolean;
        };
        /**
         * FileEntryOut
         * @description A name in a folder: `file`, `folder`, `symlink`, `submodule` or `lfs_pointer`.
         *
         *     A backslash or a byte that is not UTF-8 is shown escaped; such names can be listed, but not asked for.
         */
        FileEntryOut: {
            /** Blob Id */
            blob_id: string;
            /** Kind */
            kind: string;
            /** Language */
            language: string | null;
            /** Mode */
            mode: string;
            /** Name */
            name: string;
            /** Path */
            path: string;
            /** Size */
            size: number | null;
        };
        /**
         * FileListOut
         * @description One page of a folder at a commit, in git's order.
         */
        FileListOut: {
            /** Commit */
            commit: string;
            /** Items */
            items: components["schemas"]["FileEntryOut"][];
            /** Next Cursor */
            next_cursor?: string | null;
            /** Path */
            path: string;
            /** Ref */
            ref: string;
        };
        /**
         * FileOut
         * @description A path that is not a folder. A backslash or a byte that is not UTF-8 is shown escaped.
         */
        FileOut: {
            /** Blob Id */
            blob_id: string;
            /** Kind */
            kind: string;
            /** Language */
            language: string | null;
            /** Mode */
            mode: string;
            /** Path */
            path: string;
            /** Size */
            size: number | null;
        };
        /**
         * FileSummaryIn
         * @description Summarise a file.
         */
        FileSummaryIn: {
            /**
             * Path
             * @description A path inside the repository.
             */
            path: string;
            /**
             * Project Id
             * Format: uuid
             */
            project_id: string;
            /** Ref */
            ref?: string | null;
        };
        /**
         * FindingOut
         * @description One check.
         */
        FindingOut: {
            /** Health */
            health: string;
            /** Message */
            message: string;
            /** Milliseconds */
            milliseconds: number;
            /** Name */
            name: string;
        };
        /**
         * FolderSyncOut
         * @description A folder sync that is open: `missing` are the contents to send; the rest the project has already.
         *
         *     `head` is the commit that the mirror is at now, null where there is none yet.
         */
        FolderSyncOut: {
            /** Bytes */
            bytes: number;
            /** Expires At */
            expires_at: string;
            /** Files */
            files: number;
            /** Head */
            head: string | null;
            /** Missing */
            missing: string[];
            /**
             * Sync Id
             * Format: uuid
             */
            sync_id: string;
        };
        /**
         * HealthOut
         * @description Whether this process answers.
         */
        HealthOut: {
            /** Status */
            status: string;
            /** Version */
            version: string;
        };
        /**
         * HunkOut
         * @description Lines to replace. Texts that are not UTF-8 are shown with replacement characters; the bytes stay as they are.
         */
        HunkOut: {
            /** Chosen */
            chosen: boolean;
            /** Details */
            details: {
                [key: string]: unknown;
            };
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /**
             * Is Deceptive
             * @description The new text holds characters that are not seen or turn its direction.
             */
            is_deceptive: boolean;
            /** Is Utf8 */
            is_utf8: boolean;
            /** Label */
            label: string;
            /** New Lines */
            new_lines: number;
            /** New Text */
            new_text: string;
            /** Old Lines */
            old_lines: number;
            /** Old Start */
            old_start: number;
            /** Old Text */
            old_text: string;
            /** Receipts */
            receipts: unknown[];
            /** Selectable */
            selectable: boolean;
            /** Tier */
            tier: string;
        };
        /**
         * InlineCommentIn
         * @description Explain some lines of a file, or answer a question about them.
         */
        InlineCommentIn: {
            /**
             * End Line
             * @description The last line, included.
             */
            end_line: number;
            /**
             * Path
             * @description A path inside the repository.
             */
            path: string;
            /**
             * Project Id
             * Format: uuid
             */
            project_id: string;
            /** Question */
            question?: string | null;
            /** Ref */
            ref?: string | null;
            /**
             * Start Line
             * @description The first line, from 1.
             */
            start_line: number;
        };
        /**
         * JobAccepted
         * @description Work was written down and will be done: poll `status_url`.
         */
        JobAccepted: {
            /**
             * Job Id
             * Format: uuid
             */
            job_id: string;
            /** Status */
            status: string;
            /** Status Url */
            status_url: string;
        };
        /**
         * JobError
         * @description Why a job failed.
         */
        JobError: {
            /** Code */
            code: string;
            /** Details */
            details: {
                [key: string]: unknown;
            };
            /** Message */
            message: string;
        };
        /**
         * JobFilterIn
         * @description Which jobs are meant: all that every given field is true of. `stuck`: tried again, or with a silent worker.
         */
        JobFilterIn: {
            /** Correlation Id */
            correlation_id?: string | null;
            /** Created From */
            created_from?: string | null;
            /** Created To */
            created_to?: string | null;
            /** Error Code */
            error_code?: string | null;
            /** Exhausted */
            exhausted?: boolean | null;
            /** Finished From */
            finished_from?: string | null;
            /** Finished To */
            finished_to?: string | null;
            /** Kind */
            kind?: string | null;
            /** Min Attempts */
            min_attempts?: number | null;
            /**
             * Min Failure Rate
             * @description Only kinds of which at least this share failed in the last hour, from 0 to 1.
             */
            min_failure_rate?: number | null;
            /** Project Id */
            project_id?: string | null;
            /** Queue */
            queue?: string | null;
            status?: components["schemas"]["JobStatus"] | null;
            /** Stuck */
            stuck?: boolean | null;
            /** User Id */
            user_id?: string | null;
            /** Worker Id */
            worker_id?: string | null;
            /** Worker Type */
            worker_type?: string | null;
        };
        /**
         * JobState
         * @description How a job stands. `why` says in one sentence why it waits or failed, and what to do next; `cause` names it.
         */
        JobState: {
            /** Attempt */
            attempt: number;
            /** Cause */
            cause: string;
            /** Created At */
            created_at: string;
            error: components["schemas"]["JobError"] | null;
            /** Finished At */
            finished_at: string | null;
            /**
             * Job Id
             * Format: uuid
             */
            job_id: string;
            /** Kind */
            kind: string;
            /** Max Attempts */
            max_attempts: number;
            /** Phase */
            phase: string | null;
            /** Progress */
            progress: number;
            /** Project Id */
            project_id: string | null;
            /** Queue */
            queue: string;
            /** Run At */
            run_at: string;
            /** Started At */
            started_at: string | null;
            /** Status */
            status: string;
            /** Why */
            why: string;
        };
        /**
         * JobStatus
         * @description The one state machine of every job.
         * @enum {string}
         */
        JobStatus: "queued" | "running" | "success" | "failed" | "cancelled";
        /**
         * KeptBundleOut
         * @description A bundle that takes space. `DELETE /preview/bundles/{job_id}` makes some.
         */
        KeptBundleOut: {
            /** Expires At */
            expires_at: string;
            /**
             * Job Id
             * Format: uuid
             */
            job_id: string;
            /** Platform */
            platform: string | null;
            /** Size Bytes */
            size_bytes: number;
            /** Status */
            status: string;
        };
        /**
         * LanguageOut
         * @description How much of a project is written in a language.
         */
        LanguageOut: {
            /** Bytes */
            bytes: number;
            /** Files */
            files: number;
        };
        /**
         * LeftOutOut
         * @description A file that is not sent, or not as a whole, and why.
         */
        LeftOutOut: {
            /** Path */
            path: string;
            /** Reason */
            reason: string;
        };
        /**
         * LimitsOut
         * @description The thresholds in force for a queue; seconds where it says so.
         */
        LimitsOut: {
            /** Cooldown Seconds */
            cooldown_seconds: number;
            /** Longest Wait Seconds */
            longest_wait_seconds: number;
            /** Max Workers */
            max_workers: number;
            /** Min Workers */
            min_workers: number;
            /** Scale In Threshold */
            scale_in_threshold: number;
            /** Scale Out Threshold */
            scale_out_threshold: number;
        };
        /**
         * ListedSessionOut
         * @description A session in a list. How its preview and bundle stand is told here, so that nobody asks for each row.
         */
        ListedSessionOut: {
            /**
             * Bundle Status
             * @description `live`, `expired`, `soft_deleted`, `purged`; null without a bundle.
             */
            bundle_status: string | null;
            /** Created At */
            created_at: string;
            /** Dev Url */
            dev_url: string | null;
            /** Ended At */
            ended_at: string | null;
            /** Expires At */
            expires_at: string;
            /** Git Ref */
            git_ref: string | null;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Job Id */
            job_id: string | null;
            /** Platform */
            platform: string;
            /**
             * Preview Status
             * @description As `GET /preview/status` says it; null while nothing was built.
             */
            preview_status: string | null;
            /**
             * Project Id
             * Format: uuid
             */
            project_id: string;
            /** Source */
            source: string;
            /** Status */
            status: string;
            /** User Id */
            user_id: string | null;
        };
        /**
         * LoginIn
         * @description An e-mail and its password.
         */
        LoginIn: {
            /**
             * @description The program that logs in; it decides what that program may ask for.
             * @default web
             */
            client: components["schemas"]["ClientKind"];
            /** Email */
            email: string;
            /**
             * Password
             * Format: password
             */
            password: string;
            /**
             * Refresh In
             * @description Where the refresh token comes: in the answer, or in a cookie that scripts cannot read.
             * @default body
             * @enum {string}
             */
            refresh_in: "body" | "cookie";
        };
        /**
         * ManifestOut
         * @description A manifest: its core, one page of its files, and its overlay.
         *
         *     `up_to_date` is false while the ref has moved on and its new manifest is still being built.
         */
        ManifestOut: {
            /** Commit */
            commit: string;
            /** Created At */
            created_at: string;
            /** File Count */
            file_count: number;
            files: components["schemas"]["PageOut_FileOut_"];
            /** Hash */
            hash: string;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Languages */
            languages: {
                [key: string]: components["schemas"]["LanguageOut"];
            };
            overlay: components["schemas"]["OverlayOut"];
            /** Project */
            project: {
                [key: string]: unknown;
            };
            /** Ref */
            ref: string;
            /** Root Hash */
            root_hash: string;
            /** Root Tree */
            root_tree: string;
            /** Total Bytes */
            total_bytes: number;
            /** Tree */
            tree: components["schemas"]["EntryOut"][];
            /** Up To Date */
            up_to_date: boolean;
            /** Version */
            version: number;
        };
        /**
         * ManifestSummaryOut
         * @description One version. `hash` covers everything that can be read of it but its number, its id and its time.
         */
        ManifestSummaryOut: {
            /** Commit */
            commit: string;
            /** Created At */
            created_at: string;
            /** File Count */
            file_count: number;
            /** Hash */
            hash: string;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Languages */
            languages: {
                [key: string]: components["schemas"]["LanguageOut"];
            };
            /** Ref */
            ref: string;
            /** Root Hash */
            root_hash: string;
            /** Root Tree */
            root_tree: string;
            /** Total Bytes */
            total_bytes: number;
            /** Version */
            version: number;
        };
        /**
         * MeantOut
         * @description What a name stands for. Outside of the repository there is no path, and its lines are 0.
         */
        MeantOut: {
            /** Column */
            column: number;
            /** Kind */
            kind: string;
            /** Line */
            line: number;
            /** Name */
            name: string;
            /** Path */
            path: string;
            /** Qualified Name */
            qualified_name: string;
        };
        /**
         * MemberIn
         * @description Somebody who has an account, and the role he gets.
         */
        MemberIn: {
            /** Email */
            email: string;
            role: components["schemas"]["Role"];
        };
        /**
         * MemberOut
         * @description One member.
         */
        MemberOut: {
            /** Created At */
            created_at: string;
            /** Display Name */
            display_name: string;
            /** Email */
            email: string;
            role: components["schemas"]["Role"];
            /**
             * User Id
             * Format: uuid
             */
            user_id: string;
        };
        /**
         * MoveIn
         * @description Move what stands at a place to another module, and mend its imports; ends in a proposal, changes nothing.
         */
        MoveIn: {
            /**
             * Column
             * @description From 1, in UTF-16 units, as editors count; anywhere in the name.
             */
            column: number;
            /**
             * Line
             * @description From 1.
             */
            line: number;
            /**
             * Path
             * @description A file of the repository; of a rename without a place also a folder.
             */
            path: string;
            /**
             * Project Id
             * Format: uuid
             */
            project_id: string;
            /**
             * Ref
             * @description Branch, tag, full ref name or commit id.
             */
            ref?: string | null;
            /**
             * To Path
             * @description The file it goes to; one that is not there is made.
             */
            to_path: string;
        };
        /**
         * NeighbourhoodOut
         * @description What surrounds a symbol. `omitted` counts, by role, what is not shown: only the most frequent ones are.
         *
         *     Roles: `container`, `base`, `overridden`, `importer`, `caller`, `callee`, `derived`, `override`, `member`.
         */
        NeighbourhoodOut: {
            centre: components["schemas"]["MeantOut"];
            /** Commit */
            commit: string;
            /** Is Complete */
            is_complete: boolean;
            /** Neighbours */
            neighbours: components["schemas"]["NeighbourOut"][];
            /** Omitted */
            omitted: {
                [key: string]: number;
            };
            /** Ref */
            ref: string;
            /** Up To Date */
            up_to_date: boolean;
        };
        /**
         * NeighbourOut
         * @description A symbol beside the one in the middle: what it is to it, how often, and whether that is certain.
         */
        NeighbourOut: {
            /** Certain */
            certain: boolean;
            /** Column */
            column: number;
            /** Count */
            count: number;
            /** Kind */
            kind: string;
            /** Line */
            line: number;
            /** Name */
            name: string;
            /** Path */
            path: string;
            /** Qualified Name */
            qualified_name: string;
            /** Role */
            role: string;
        };
        /**
         * NextRunsOut
         * @description When a cron line would come due, the first few times from now; `cron` is the line as it would be kept.
         */
        NextRunsOut: {
            /** Cron */
            cron: string;
            /** Next Runs */
            next_runs: string[];
        };
        /**
         * NotificationOut
         * @description One message. `link` holds the ids of what it is about (`job_id`, `proposal_id`, `project_id` …).
         */
        NotificationOut: {
            /** Body */
            body: string;
            /** Created At */
            created_at: string;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Kind */
            kind: string;
            /** Link */
            link: {
                [key: string]: unknown;
            };
            /** Project Id */
            project_id: string | null;
            /** Read At */
            read_at: string | null;
            /** Title */
            title: string;
        };
        /**
         * NotificationsOut
         * @description Messages, newest first, and how many of all are unread.
         */
        NotificationsOut: {
            /** Items */
            items: components["schemas"]["NotificationOut"][];
            /** Next Cursor */
            next_cursor?: string | null;
            /** Unread */
            unread: number;
        };
        /**
         * OverlayOut
         * @description What belongs to a manifest but changes while it does not. Not covered by the manifest's hash.
         */
        OverlayOut: {
            /** Active Previews */
            active_previews: components["schemas"]["ActivePreviewOut"][];
            /** Ai Contexts */
            ai_contexts: components["schemas"]["AiContextOut"][];
            /** Version */
            version: string;
        };
        /** PageOut[AdminJobOut] */
        PageOut_AdminJobOut_: {
            /** Items */
            items: components["schemas"]["AdminJobOut"][];
            /** Next Cursor */
            next_cursor?: string | null;
        };
        /** PageOut[AiJobOut] */
        PageOut_AiJobOut_: {
            /** Items */
            items: components["schemas"]["AiJobOut"][];
            /** Next Cursor */
            next_cursor?: string | null;
        };
        /** PageOut[EffectOut] */
        PageOut_EffectOut_: {
            /** Items */
            items: components["schemas"]["EffectOut"][];
            /** Next Cursor */
            next_cursor?: string | null;
        };
        /** PageOut[FileOut] */
        PageOut_FileOut_: {
            /** Items */
            items: components["schemas"]["FileOut"][];
            /** Next Cursor */
            next_cursor?: string | null;
        };
        /** PageOut[JobState] */
        PageOut_JobState_: {
            /** Items */
            items: components["schemas"]["JobState"][];
            /** Next Cursor */
            next_cursor?: string | null;
        };
        /** PageOut[ListedSessionOut] */
        PageOut_ListedSessionOut_: {
            /** Items */
            items: components["schemas"]["ListedSessionOut"][];
            /** Next Cursor */
            next_cursor?: string | null;
        };
        /** PageOut[ManifestSummaryOut] */
        PageOut_ManifestSummaryOut_: {
            /** Items */
            items: components["schemas"]["ManifestSummaryOut"][];
            /** Next Cursor */
            next_cursor?: string | null;
        };
        /** PageOut[MemberOut] */
        PageOut_MemberOut_: {
            /** Items */
            items: components["schemas"]["MemberOut"][];
            /** Next Cursor */
            next_cursor?: string | null;
        };
        /** PageOut[ProjectOut] */
        PageOut_ProjectOut_: {
            /** Items */
            items: components["schemas"]["ProjectOut"][];
            /** Next Cursor */
            next_cursor?: string | null;
        };
        /** PageOut[ProposalSummaryOut] */
        PageOut_ProposalSummaryOut_: {
            /** Items */
            items: components["schemas"]["ProposalSummaryOut"][];
            /** Next Cursor */
            next_cursor?: string | null;
        };
        /** PageOut[QueueOut] */
        PageOut_QueueOut_: {
            /** Items */
            items: components["schemas"]["QueueOut"][];
            /** Next Cursor */
            next_cursor?: string | null;
        };
        /** PageOut[SampleOut] */
        PageOut_SampleOut_: {
            /** Items */
            items: components["schemas"]["SampleOut"][];
            /** Next Cursor */
            next_cursor?: string | null;
        };
        /** PageOut[ScheduleOut] */
        PageOut_ScheduleOut_: {
            /** Items */
            items: components["schemas"]["ScheduleOut"][];
            /** Next Cursor */
            next_cursor?: string | null;
        };
        /** PageOut[SettingOut] */
        PageOut_SettingOut_: {
            /** Items */
            items: components["schemas"]["SettingOut"][];
            /** Next Cursor */
            next_cursor?: string | null;
        };
        /** PageOut[TaskOut] */
        PageOut_TaskOut_: {
            /** Items */
            items: components["schemas"]["TaskOut"][];
            /** Next Cursor */
            next_cursor?: string | null;
        };
        /** PageOut[TeamOut] */
        PageOut_TeamOut_: {
            /** Items */
            items: components["schemas"]["TeamOut"][];
            /** Next Cursor */
            next_cursor?: string | null;
        };
        /** PageOut[WarrantOut] */
        PageOut_WarrantOut_: {
            /** Items */
            items: components["schemas"]["WarrantOut"][];
            /** Next Cursor */
            next_cursor?: string | null;
        };
        /** PageOut[WorkerOut] */
        PageOut_WorkerOut_: {
            /** Items */
            items: components["schemas"]["WorkerOut"][];
            /** Next Cursor */
            next_cursor?: string | null;
        };
        /**
         * PausedOut
         * @description Whether a queue is paused now.
         */
        PausedOut: {
            /** Is Paused */
            is_paused: boolean;
            /** Name */
            name: string;
        };
        /**
         * PauseIn
         * @description Why a queue is paused, for whoever wonders later.
         */
        PauseIn: {
            /** Reason */
            reason?: string | null;
        };
        /**
         * Platform
         * @description A device's kind, in its wire form.
         * @enum {string}
         */
        Platform: "ios" | "android" | "web";
        /**
         * PreviewAcceptedOut
         * @description A preview is under way: poll `status_url` with the login, the token or the grant.
         */
        PreviewAcceptedOut: {
            /** Grant */
            grant: string;
            /**
             * Job Id
             * Format: uuid
             */
            job_id: string;
            /** Status */
            status: string;
            /** Status Url */
            status_url: string;
        };
        /**
         * PreviewSettingsIn
         * @description How previews of a project are to be built. All of it is replaced.
         */
        PreviewSettingsIn: {
            /**
             * Allow Scripts
             * @description Whether packages may run their scripts when they are installed, in the sandbox.
             * @default false
             */
            allow_scripts: boolean;
            /**
             * Environment
             * @description Variables that builds see. They end up in bundles: no secrets.
             */
            environment: {
                [key: string]: string;
            };
        };
        /**
         * PreviewSettingsOut
         * @description How previews of a project are built; `updated_at` is null where nobody has said.
         */
        PreviewSettingsOut: {
            /** Allow Scripts */
            allow_scripts: boolean;
            /** Environment */
            environment: {
                [key: string]: string;
            };
            /**
             * Project Id
             * Format: uuid
             */
            project_id: string;
            /** Updated At */
            updated_at: string | null;
        };
        /**
         * PreviewStatusOut
         * @description How a preview stands: queued, building, bundling, uploading, success, failed or cancelled.
         */
        PreviewStatusOut: {
            /** Attempt */
            attempt: number;
            bundle: components["schemas"]["app__services__preview__schemas__BundleOut"] | null;
            /** Cause */
            cause: string;
            /** Created At */
            created_at: string;
            error: components["schemas"]["JobError"] | null;
            /** Finished At */
            finished_at: string | null;
            /**
             * Job Id
             * Format: uuid
             */
            job_id: string;
            /** Kind */
            kind: string;
            /** Max Attempts */
            max_attempts: number;
            /** Phase */
            phase: string | null;
            /** Platform */
            platform: string;
            /** Progress */
            progress: number;
            /** Project Id */
            project_id: string | null;
            /** Queue */
            queue: string;
            /** Run At */
            run_at: string;
            /**
             * Session Id
             * Format: uuid
             */
            session_id: string;
            /** Started At */
            started_at: string | null;
            /** Status */
            status: string;
            /** Why */
            why: string;
        };
        /**
         * ProfileIn
         * @description What a user may change about himself; what is left out stays. A new password ends every session.
         */
        ProfileIn: {
            /** Current Password */
            current_password?: string | null;
            /** Display Name */
            display_name?: string | null;
            /** New Password */
            new_password?: string | null;
        };
        /**
         * ProjectIn
         * @description A new project. Without `repo_url` it stays empty until it is given one.
         */
        ProjectIn: {
            credentials?: components["schemas"]["CredentialsIn"] | null;
            /** Default Branch */
            default_branch?: string | null;
            /** Name */
            name: string;
            /** Repo Url */
            repo_url?: string | null;
            /** Team Id */
            team_id?: string | null;
        };
        /**
         * ProjectOut
         * @description A project and what you are in it; null when you see it as an administrator only.
         */
        ProjectOut: {
            /** Created At */
            created_at: string;
            /**
             * Created By
             * Format: uuid
             */
            created_by: string;
            /** Default Branch */
            default_branch: string | null;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Name */
            name: string;
            /** Repo Url */
            repo_url: string | null;
            role: components["schemas"]["Role"] | null;
            /** Team Id */
            team_id: string | null;
            /** Updated At */
            updated_at: string;
        };
        /**
         * ProjectPatchIn
         * @description What should change; what is left out stays. `team_id: null` takes the project out of its team.
         */
        ProjectPatchIn: {
            credentials?: components["schemas"]["CredentialsIn"] | null;
            /** Default Branch */
            default_branch?: string | null;
            /** Name */
            name?: string | null;
            /** Repo Url */
            repo_url?: string | null;
            /** Team Id */
            team_id?: string | null;
        };
        /**
         * ProposalOut
         * @description A proposal with all its hunks. `stale` says what moved, when it no longer fits the repository.
         */
        ProposalOut: {
            /** Ai Job Id */
            ai_job_id: string | null;
            applied: components["schemas"]["AppliedOut"] | null;
            /** Apply Job Id */
            apply_job_id: string | null;
            /** Approved At */
            approved_at: string | null;
            /** Approved By */
            approved_by: string | null;
            /** Base Commit */
            base_commit: string;
            /** Base Ref */
            base_ref: string;
            /** Created At */
            created_at: string;
            /** Created By */
            created_by: string | null;
            /** Decisions */
            decisions: components["schemas"]["DecisionOut"][];
            /** Digest */
            digest: string;
            /** Files */
            files: components["schemas"]["FileChangeOut"][];
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Kind */
            kind: string;
            /** Manifest Hash */
            manifest_hash: string;
            /** Manifest Id */
            manifest_id: string | null;
            /** Notes */
            notes: unknown[];
            /**
             * Project Id
             * Format: uuid
             */
            project_id: string;
            /** Reverts Proposal Id */
            reverts_proposal_id: string | null;
            /** Stale */
            stale: {
                [key: string]: unknown;
            } | null;
            /**
             * Status
             * @enum {string}
             */
            status: "open" | "approved" | "applied" | "reverted" | "rejected" | "stale";
            /** Summary */
            summary: string;
            /** Title */
            title: string;
            /** Updated At */
            updated_at: string;
        };
        /**
         * ProposalSummaryOut
         * @description One line of a list of proposals.
         */
        ProposalSummaryOut: {
            /** Ai Job Id */
            ai_job_id: string | null;
            /** Base Commit */
            base_commit: string;
            /** Base Ref */
            base_ref: string;
            /** Created At */
            created_at: string;
            /** Created By */
            created_by: string | null;
            /** Digest */
            digest: string;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Kind */
            kind: string;
            /**
             * Project Id
             * Format: uuid
             */
            project_id: string;
            /** Reverts Proposal Id */
            reverts_proposal_id: string | null;
            /**
             * Status
             * @enum {string}
             */
            status: "open" | "approved" | "applied" | "reverted" | "rejected" | "stale";
            /** Summary */
            summary: string;
            /** Title */
            title: string;
            /** Updated At */
            updated_at: string;
        };
        /**
         * QueueOut
         * @description One queue: rows that wait and run, messages in Redis, who serves it, and whether it is paused.
         *
         *     Arrivals and finishes are those of the last five minutes, `failure_rate` (0 to 1) is that of the last hour.
         */
        QueueOut: {
            /** Arrivals Per Minute */
            arrivals_per_minute: number;
            /** Exhausted */
            exhausted: number;
            /** Failed */
            failed: number;
            /** Failure Rate */
            failure_rate: number;
            /** Finished Per Minute */
            finished_per_minute: number;
            /** Is Paused */
            is_paused: boolean;
            /** Messages */
            messages: number | null;
            /** Name */
            name: string;
            /** Oldest Seconds */
            oldest_seconds: number;
            /** Paused At */
            paused_at: string | null;
            /** Paused By */
            paused_by: string | null;
            /** Paused Reason */
            paused_reason: string | null;
            /** Running */
            running: number;
            /** Waiting */
            waiting: number;
            /** Workers */
            workers: number;
        };
        /**
         * ReadOut
         * @description How many messages are unread now.
         */
        ReadOut: {
            /** Unread */
            unread: number;
        };
        /**
         * RefactorJobOut
         * @description A refactor and how it stands. What its kind has no use for is null. `proposal_id` is set with the proposal.
         */
        RefactorJobOut: {
            /** Attempt */
            attempt: number;
            /** Cause */
            cause: string;
            /** Column */
            column?: number | null;
            /** Commit */
            commit: string;
            /** Created At */
            created_at: string;
            error: components["schemas"]["JobError"] | null;
            /** Finished At */
            finished_at: string | null;
            /**
             * Job Id
             * Format: uuid
             */
            job_id: string;
            /** Kind */
            kind: string;
            /**
             * Language
             * @description Of a rename and a replacement; the next three of a replacement.
             */
            language?: string | null;
            /** Line */
            line?: number | null;
            /** Manifest Hash */
            manifest_hash: string;
            /** Max Attempts */
            max_attempts: number;
            /**
             * Name
             * @description Of a move: what was pointed at.
             */
            name?: string | null;
            /**
             * New Name
             * @description Of a rename.
             */
            new_name?: string | null;
            /**
             * Old Name
             * @description Of a rename.
             */
            old_name?: string | null;
            /**
             * Path
             * @description Where it was asked for.
             */
            path?: string | null;
            /** Paths */
            paths?: string[] | null;
            /** Pattern */
            pattern?: string | null;
            /** Phase */
            phase: string | null;
            /** Progress */
            progress: number;
            /** Project Id */
            project_id: string | null;
            /** Proposal Id */
            proposal_id: string | null;
            /** Queue */
            queue: string;
            /** Replacement */
            replacement?: string | null;
            /** Run At */
            run_at: string;
            /** Started At */
            started_at: string | null;
            /** Status */
            status: string;
            tiers: components["schemas"]["TierCountsOut"] | null;
            /**
             * To Path
             * @description Of a move.
             */
            to_path?: string | null;
            /** Why */
            why: string;
        };
        /**
         * RefChangeOut
         * @description A ref that a sync moved: `added`, `updated`, `forced` (history was rewritten) or `deleted`.
         */
        RefChangeOut: {
            /** Action */
            action: string;
            /** After */
            after: string | null;
            /** Before */
            before: string | null;
            /** Name */
            name: string;
        };
        /**
         * ReferenceListOut
         * @description Every place that means what stands at a place: certain ones first, then by path and line.
         *
         *     `is_complete` is false when there are more than are looked for.
         */
        ReferenceListOut: {
            /** Certain */
            certain: number;
            /** Commit */
            commit: string;
            /** Is Complete */
            is_complete: boolean;
            /** Items */
            items: components["schemas"]["ReferenceOut"][];
            /** Meant */
            meant: components["schemas"]["MeantOut"][];
            /** Name */
            name: string;
            /** Next Cursor */
            next_cursor?: string | null;
            /** Ref */
            ref: string;
            /** Uncertain */
            uncertain: number;
            /** Up To Date */
            up_to_date: boolean;
        };
        /**
         * ReferenceOut
         * @description One place that means it (`certain`), or may. `how` says by what that is known; `within` is what it stands in.
         */
        ReferenceOut: {
            /** Certain */
            certain: boolean;
            /** Column */
            column: number;
            /** End Column */
            end_column: number;
            /** How */
            how: string;
            /** Line */
            line: number;
            /** Path */
            path: string;
            /** Role */
            role: string;
            /** Text */
            text: string;
            /** Within */
            within: string | null;
        };
        /**
         * RefreshIn
         * @description The refresh token of the last answer. It works once. Browsers leave it out: theirs is in a cookie.
         */
        RefreshIn: {
            /** Refresh Token */
            refresh_token?: string | null;
        };
        /**
         * RegisterIn
         * @description A new account. The first one of an installation is its administrator.
         */
        RegisterIn: {
            /**
             * @description The program that logs in; it decides what that program may ask for.
             * @default web
             */
            client: components["schemas"]["ClientKind"];
            /** Display Name */
            display_name: string;
            /** Email */
            email: string;
            /**
             * Password
             * Format: password
             */
            password: string;
            /**
             * Refresh In
             * @description Where the refresh token comes: in the answer, or in a cookie that scripts cannot read.
             * @default body
             * @enum {string}
             */
            refresh_in: "body" | "cookie";
        };
        /**
         * RejectIn
         * @description Refuse a proposal.
         */
        RejectIn: {
            /** Reason */
            reason?: string | null;
        };
        /**
         * RenameIn
         * @description Rename what stands at a place, in all files; ends in a proposal, changes nothing.
         *
         *     Without `line` and `column` the file itself is renamed, or the folder: a module or a package.
         */
        RenameIn: {
            /**
             * Column
             * @description From 1, in UTF-16 units, as editors count; anywhere in the name.
             */
            column?: number | null;
            /**
             * Line
             * @description From 1. Given together with `column`, or not at all.
             */
            line?: number | null;
            /** New Name */
            new_name: string;
            /**
             * Path
             * @description A file of the repository; of a rename without a place also a folder.
             */
            path: string;
            /**
             * Project Id
             * Format: uuid
             */
            project_id: string;
            /**
             * Ref
             * @description Branch, tag, full ref name or commit id.
             */
            ref?: string | null;
        };
        /**
         * RenameSuggestionsIn
         * @description Look for names in a file that could be better.
         */
        RenameSuggestionsIn: {
            /**
             * Path
             * @description A path inside the repository.
             */
            path: string;
            /**
             * Project Id
             * Format: uuid
             */
            project_id: string;
            /** Ref */
            ref?: string | null;
        };
        /**
         * ReplaceIn
         * @description Replace code that a syntax pattern matches, in all files of a language; ends in a proposal, changes nothing.
         */
        ReplaceIn: {
            /**
             * Language
             * @description As files are described: python, typescript, go …
             */
            language: string;
            /**
             * Paths
             * @description Shell patterns: `*` stays in a folder, `**` means any folders. None: all files.
             */
            paths?: string[];
            /**
             * Pattern
             * @description Code, with `$A` for one piece of syntax and `$$$ARGS` for any number of them.
             */
            pattern: string;
            /**
             * Project Id
             * Format: uuid
             */
            project_id: string;
            /**
             * Ref
             * @description Branch, tag, full ref name or commit id.
             */
            ref?: string | null;
            /**
             * Replacement
             * @description What stands there instead, with the variables of the pattern.
             */
            replacement: string;
        };
        /**
         * ReplayOut
         * @description A recorded answer worked out again, with nobody asked; `identical` says that every byte is the same.
         */
        ReplayOut: {
            /** Identical */
            identical: boolean;
            /**
             * Job Id
             * Format: uuid
             */
            job_id: string;
            /** Recorded Sha256 */
            recorded_sha256: string;
            /** Replayed Sha256 */
            replayed_sha256: string;
            /** Result */
            result: {
                [key: string]: unknown;
            };
        };
        /**
         * ReplayPointOut
         * @description The simulated queue at one moment.
         */
        ReplayPointOut: {
            /** At */
            at: string;
            /** Depth */
            depth: number;
            /** Oldest Seconds */
            oldest_seconds: number;
            /** Workers */
            workers: number;
        };
        /**
         * ReplayVariantOut
         * @description One set of thresholds and what would have been; `limits` null: as many workers as there were.
         *
         *     Waits are seconds from arrival to start; `flaps` are changes of direction within 15 minutes, `left` jobs that never
         *     started.
         */
        ReplayVariantOut: {
            /** Average Wait Seconds */
            average_wait_seconds: number;
            /** Changes */
            changes: number;
            /** Flaps */
            flaps: number;
            /** Jobs */
            jobs: number;
            /** Left */
            left: number;
            limits: components["schemas"]["LimitsOut"] | null;
            /** Longest Wait Seconds */
            longest_wait_seconds: number;
            /** Name */
            name: string;
            /** P95 Wait Seconds */
            p95_wait_seconds: number;
            /** Points */
            points: components["schemas"]["ReplayPointOut"][];
            /** Worker Hours */
            worker_hours: number;
        };
        /**
         * RetriedOut
         * @description A job that was put back in its queue.
         */
        RetriedOut: {
            /**
             * Job Id
             * Format: uuid
             */
            job_id: string;
            /** Status */
            status: string;
        };
        /**
         * Role
         * @description What somebody is in a team or a project.
         * @enum {string}
         */
        Role: "owner" | "maintainer" | "reviewer" | "viewer";
        /**
         * RoleIn
         * @description Another role.
         */
        RoleIn: {
            role: components["schemas"]["Role"];
        };
        /**
         * RunTaskIn
         * @description How to run a task: `dry_run` only plans; `warrant_id` executes a plan and nothing else; neither does both.
         */
        RunTaskIn: {
            /**
             * Dry Run
             * @default false
             */
            dry_run: boolean;
            /** Warrant Id */
            warrant_id?: string | null;
        };
        /**
         * SampleOut
         * @description One queue at one look: what was seen (seconds, percent), what was decided and why, what became of it.
         */
        SampleOut: {
            /** Action */
            action: string;
            /** Alive */
            alive: number;
            /** Arrivals */
            arrivals: number;
            /** At */
            at: string;
            /** Cpu */
            cpu: number | null;
            /** Depth */
            depth: number;
            /** Desired */
            desired: number;
            /** Driver */
            driver: string;
            /** Error */
            error: string | null;
            /** Is Applied */
            is_applied: boolean;
            /** Is Enabled */
            is_enabled: boolean;
            /** Oldest Seconds */
            oldest_seconds: number;
            /** Queue */
            queue: string;
            /** Reason */
            reason: string;
            /** Role */
            role: string;
            /** Run Seconds */
            run_seconds: number | null;
            /** Running */
            running: number;
            /** Slots */
            slots: number;
            /** Unresponsive */
            unresponsive: number;
            /** Wait Seconds */
            wait_seconds: number | null;
            /** Workers */
            workers: number;
        };
        /**
         * ScaledQueueOut
         * @description One queue: its thresholds, and the last look at it; none yet when `last` is null.
         */
        ScaledQueueOut: {
            last: components["schemas"]["SampleOut"] | null;
            limits: components["schemas"]["LimitsOut"];
            /** Queue */
            queue: string;
            /** Role */
            role: string;
        };
        /**
         * ScalingReplayIn
         * @description Which recorded time of which queue is run once more, with which thresholds.
         */
        ScalingReplayIn: {
            /**
             * From
             * @description From this moment; a day before the end.
             */
            from?: string | null;
            /** Queue */
            queue: string;
            thresholds?: components["schemas"]["ThresholdsIn"];
            /**
             * To
             * @description Up to this moment; now.
             */
            to?: string | null;
        };
        /**
         * ScalingReplayOut
         * @description Recorded time under several sets of thresholds: as it was, as set now, and yours where they differ.
         */
        ScalingReplayOut: {
            /** Looks */
            looks: number;
            /** Measured Wait Seconds */
            measured_wait_seconds: number | null;
            /** Queue */
            queue: string;
            /** Since */
            since: string;
            /** Slots */
            slots: number;
            /** Until */
            until: string;
            /** Variants */
            variants: components["schemas"]["ReplayVariantOut"][];
        };
        /**
         * ScheduleIn
         * @description What to change of a schedule.
         */
        ScheduleIn: {
            /** Cron */
            cron?: string | null;
            /** Enabled */
            enabled?: boolean | null;
        };
        /**
         * ScheduleOut
         * @description One stored schedule. Times are UTC; a disabled one has no next run.
         */
        ScheduleOut: {
            /** Cron */
            cron: string;
            /** Description */
            description: string;
            /** Enabled */
            enabled: boolean;
            /** Last Job Id */
            last_job_id: string | null;
            /** Last Run At */
            last_run_at: string | null;
            /** Last Status */
            last_status: string | null;
            /** Name */
            name: string;
            /** Next Run At */
            next_run_at: string | null;
        };
        /**
         * SessionIn
         * @description Open a preview session.
         */
        SessionIn: {
            /**
             * Bytecode
             * @description Build Hermes bytecode in place of JavaScript (iOS, Android).
             * @default false
             */
            bytecode: boolean;
            /** @description What will open it. An app that does not fit it is refused before it is built. */
            container?: components["schemas"]["AppContainer"] | null;
            /**
             * Container Version
             * @description Expo Go's SDK, or the development build's runtime version.
             */
            container_version?: string | null;
            /**
             * Dev Url
             * @description For the source `dev_url`; never fetched.
             */
            dev_url?: string | null;
            /**
             * Directory
             * @description Where the app lies in the repository; needed only where there are several.
             */
            directory?: string | null;
            /**
             * Git Ref
             * @description Branch, tag, full ref name or commit id.
             */
            git_ref?: string | null;
            platform: components["schemas"]["Platform"];
            /**
             * Project Id
             * Format: uuid
             */
            project_id: string;
            /** @description `worker`: it is built here. `upload`: a client sends the bundle. `dev_url`: a running development server, APP_ENV=dev only. */
            source: components["schemas"]["Source"];
        };
        /**
         * SessionOpenedOut
         * @description A session and its token. `qr_url` is what a QR code should hold.
         */
        SessionOpenedOut: {
            /** Expires At */
            expires_at: string;
            /** Qr Url */
            qr_url: string;
            /**
             * Session Id
             * Format: uuid
             */
            session_id: string;
            /** Token */
            token: string;
        };
        /**
         * SessionRestoredOut
         * @description A session whose bundle can be had again, and the grant to it.
         */
        SessionRestoredOut: {
            /** Grant */
            grant: string;
            /** Job Id */
            job_id: string | null;
            /**
             * Session Id
             * Format: uuid
             */
            session_id: string;
        };
        /**
         * SessionShownOut
         * @description What a token opens. `job_id` and `grant` are there once a bundle was sent; `grant` outlives the token.
         */
        SessionShownOut: {
            /** Dev Url */
            dev_url: string | null;
            /** Expires At */
            expires_at: string;
            /** Git Ref */
            git_ref: string | null;
            /** Grant */
            grant: string | null;
            /** Job Id */
            job_id: string | null;
            /** Platform */
            platform: string;
            /**
             * Project Id
             * Format: uuid
             */
            project_id: string;
            /**
             * Session Id
             * Format: uuid
             */
            session_id: string;
            /** Source */
            source: string;
            /** Status */
            status: string;
        };
        /**
         * SettingOut
         * @description One setting in force. Of a secret only whether it is set, and the start of a hash, to compare processes by.
         */
        SettingOut: {
            /** Description */
            description: string;
            /** Fingerprint */
            fingerprint: string | null;
            /** Is Default */
            is_default: boolean;
            /** Is Secret */
            is_secret: boolean;
            /** Name */
            name: string;
            /** Section */
            section: string;
            /** Value */
            value: string;
        };
        /**
         * ShareOut
         * @description How much is used of how much.
         */
        ShareOut: {
            /** Limit */
            limit: number;
            /** Used */
            used: number;
        };
        /**
         * SizeOut
         * @description A size in bytes before and after; null where there is none.
         */
        SizeOut: {
            /** After */
            after: number | null;
            /** Before */
            before: number | null;
        };
        /**
         * Source
         * @description Where a session's bundle comes from (C02): built here, built by a desktop, or a running development server.
         * @enum {string}
         */
        Source: "worker" | "upload" | "dev_url";
        /**
         * SymbolListOut
         * @description Definitions at a commit: best first, or by path and line where nothing was searched for.
         */
        SymbolListOut: {
            /** Commit */
            commit: string;
            /**
             * Files
             * @description How many files were read.
             */
            files: number;
            /** Items */
            items: components["schemas"]["SymbolOut"][];
            /** Next Cursor */
            next_cursor?: string | null;
            /** Ref */
            ref: string;
            /**
             * Skipped
             * @description How many were left out because there are too many.
             */
            skipped: number;
            /** Up To Date */
            up_to_date: boolean;
        };
        /**
         * SymbolOut
         * @description A definition. Lines and columns count from 1, columns in UTF-16 units; `match` says how well its name fits.
         */
        SymbolOut: {
            /** Column */
            column: number;
            /** First Line */
            first_line: number;
            /** Is Exported */
            is_exported: boolean;
            /** Kind */
            kind: string;
            /** Language */
            language: string;
            /** Last Line */
            last_line: number;
            /** Line */
            line: number;
            /** Match */
            match: ("exact" | "prefix" | "substring" | "fuzzy") | null;
            /** Name */
            name: string;
            /** Path */
            path: string;
            /** Qualified Name */
            qualified_name: string;
        };
        /**
         * SyncErrorOut
         * @description Why the last attempt failed.
         */
        SyncErrorOut: {
            /** Code */
            code: string;
            /** Message */
            message: string;
        };
        /**
         * SyncHistoryOut
         * @description How a mirror stands, and its syncs, newest first. The last attempt and the last success are separate facts.
         *
         *     `branches` and `tags` count the mirror's refs, `generation` its successful syncs.
         */
        SyncHistoryOut: {
            /** Branches */
            branches: number;
            /** Default Branch */
            default_branch: string | null;
            /** Generation */
            generation: number;
            /** Head */
            head: string | null;
            /** Items */
            items: components["schemas"]["SyncRunOut"][];
            last_attempt: components["schemas"]["SyncRunOut"] | null;
            last_error: components["schemas"]["SyncErrorOut"] | null;
            last_success: components["schemas"]["SyncRunOut"] | null;
            /** Next Cursor */
            next_cursor?: string | null;
            /** Next Sync At */
            next_sync_at: string | null;
            /** Remote Url */
            remote_url: string | null;
            /** Tags */
            tags: number;
        };
        /**
         * SyncRunOut
         * @description One sync: `queued`, `running`, `success`, `failed` or `cancelled`; at most a hundred ref changes are listed.
         */
        SyncRunOut: {
            /** Bytes Received */
            bytes_received: number;
            /** Created At */
            created_at: string;
            /** Error Code */
            error_code: string | null;
            /** Error Message */
            error_message: string | null;
            /** Finished At */
            finished_at: string | null;
            /** Head After */
            head_after: string | null;
            /** Head Before */
            head_before: string | null;
            /** Healed */
            healed: boolean;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Job Id */
            job_id: string | null;
            /** Notes */
            notes: string[];
            /** Ref Changes */
            ref_changes: components["schemas"]["RefChangeOut"][];
            /** Ref Counts */
            ref_counts: {
                [key: string]: number;
            };
            /** Requested By */
            requested_by: string | null;
            /** Started At */
            started_at: string | null;
            /** Status */
            status: string;
            /** Trigger */
            trigger: string;
        };
        /**
         * TaskOut
         * @description One task; `last` is its newest warrant, `last_run_at` when one was last executed to its end.
         */
        TaskOut: {
            /** Description */
            description: string;
            /** Destructive */
            destructive: boolean;
            last: components["schemas"]["WarrantOut"] | null;
            /** Last Run At */
            last_run_at: string | null;
            /** Name */
            name: string;
        };
        /**
         * TeamIn
         * @description A team's name.
         */
        TeamIn: {
            /** Name */
            name: string;
        };
        /**
         * TeamOut
         * @description A team and what you are in it; null when you see it as an administrator only.
         */
        TeamOut: {
            /** Created At */
            created_at: string;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Name */
            name: string;
            role: components["schemas"]["Role"] | null;
        };
        /**
         * ThresholdsIn
         * @description Thresholds to try; what is left out is as it is set now.
         */
        ThresholdsIn: {
            /** Cooldown Seconds */
            cooldown_seconds?: number | null;
            /** Longest Wait Seconds */
            longest_wait_seconds?: number | null;
            /** Max Workers */
            max_workers?: number | null;
            /** Min Workers */
            min_workers?: number | null;
            /** Scale In Threshold */
            scale_in_threshold?: number | null;
            /** Scale Out Threshold */
            scale_out_threshold?: number | null;
        };
        /**
         * ThroughputBucketOut
         * @description What ended in one span of time. Cancelled jobs count in `jobs`, not in `failure_rate` (0 to 1).
         */
        ThroughputBucketOut: {
            /** At */
            at: string;
            /** Average Run Seconds */
            average_run_seconds: number;
            /** Average Wait Seconds */
            average_wait_seconds: number;
            /** Cancelled */
            cancelled: number;
            /** Exhausted */
            exhausted: number;
            /** Failed */
            failed: number;
            /** Failure Rate */
            failure_rate: number;
            /** Jobs */
            jobs: number;
            /** Longest Run Seconds */
            longest_run_seconds: number;
            /** Success */
            success: number;
        };
        /**
         * ThroughputOut
         * @description A series of buckets, oldest first, and all of them together.
         */
        ThroughputOut: {
            /** Bucket Seconds */
            bucket_seconds: number;
            /** Series */
            series: components["schemas"]["ThroughputBucketOut"][];
            /** Since */
            since: string;
            totals: components["schemas"]["ThroughputBucketOut"];
            /** Until */
            until: string;
        };
        /**
         * TierCountsOut
         * @description How many hunks of each tier the proposal has.
         */
        TierCountsOut: {
            /** Likely */
            likely: number;
            /** Not Code */
            not_code: number;
            /** Proven */
            proven: number;
            /** Text */
            text: number;
        };
        /**
         * TokenIn
         * @description Ask for a token to one project's preview on one platform.
         */
        TokenIn: {
            /**
             * Bytecode
             * @description Build Hermes bytecode in place of JavaScript (iOS, Android).
             * @default false
             */
            bytecode: boolean;
            /** @description What will open it. An app that does not fit it is refused before it is built. */
            container?: components["schemas"]["AppContainer"] | null;
            /**
             * Container Version
             * @description Expo Go's SDK, or the development build's runtime version.
             */
            container_version?: string | null;
            /**
             * Directory
             * @description Where the app lies in the repository; needed only where there are several.
             */
            directory?: string | null;
            /**
             * Git Ref
             * @description Branch, tag, full ref name or commit id.
             */
            git_ref?: string | null;
            platform: components["schemas"]["Platform"];
            /**
             * Project Id
             * Format: uuid
             */
            project_id: string;
        };
        /**
         * TokenOut
         * @description The token, told this once, and when it ends.
         */
        TokenOut: {
            /** Expires At */
            expires_at: string;
            /** Token */
            token: string;
        };
        /**
         * UsageOut
         * @description What a project's previews take: bytes until they are purged, unfinished jobs, sessions of the last hour.
         *
         *     `oldest` names the bundles that came first, five at most.
         */
        UsageOut: {
            bytes: components["schemas"]["ShareOut"];
            jobs: components["schemas"]["ShareOut"];
            /** Oldest */
            oldest: components["schemas"]["KeptBundleOut"][];
            sessions: components["schemas"]["ShareOut"];
        };
        /**
         * UserOut
         * @description A person, as he sees himself.
         */
        UserOut: {
            /** Created At */
            created_at: string;
            /** Display Name */
            display_name: string;
            /** Email */
            email: string;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Is Admin */
            is_admin: boolean;
        };
        /**
         * VisaFileOut
         * @description A file as it would be sent.
         */
        VisaFileOut: {
            /** Blob Id */
            blob_id: string;
            /** Bytes */
            bytes: number;
            /** Lines */
            lines: number;
            /** Path */
            path: string;
            /** Redactions */
            redactions: components["schemas"]["VisaRedactionOut"][];
        };
        /**
         * VisaIn
         * @description A question that is not asked: the same fields as for asking it, and its kind.
         */
        VisaIn: {
            /** End Line */
            end_line?: number | null;
            /**
             * Kind
             * @enum {string}
             */
            kind: "file-summary" | "inline-comment" | "rename-suggestions" | "documentation";
            /** Path */
            path?: string | null;
            /** Paths */
            paths?: string[] | null;
            /**
             * Project Id
             * Format: uuid
             */
            project_id: string;
            /** Question */
            question?: string | null;
            /** Ref */
            ref?: string | null;
            /** Start Line */
            start_line?: number | null;
        };
        /**
         * VisaOut
         * @description What would be sent, to whom, at about what cost. Nothing was sent.
         */
        VisaOut: {
            /** Commit */
            commit: string;
            /**
             * Cost Usd
             * @description About the most that the first provider would cost: the tokens are estimated. Null: unknown prices.
             */
            cost_usd: string | null;
            /** Cut */
            cut: components["schemas"]["LeftOutOut"][];
            /** Files */
            files: components["schemas"]["VisaFileOut"][];
            /**
             * Input Tokens
             * @description About so many, estimated from the bytes of the prompt.
             */
            input_tokens: number;
            /** Kind */
            kind: string;
            /** Leaves Machine */
            leaves_machine: boolean;
            /** Manifest Hash */
            manifest_hash: string;
            /** Max Output Tokens */
            max_output_tokens: number;
            /** Prompt Bytes */
            prompt_bytes: number;
            /** Prompt Sha256 */
            prompt_sha256: string;
            /** Prompt Version */
            prompt_version: string;
            /** Providers */
            providers: components["schemas"]["VisaProviderOut"][];
            /**
             * Question Redactions
             * @description Secrets taken out of the question itself, with their lines in it.
             */
            question_redactions: components["schemas"]["VisaRedactionOut"][];
            /**
             * Tokens Left Today
             * @description What the project's daily budget still allows; null: no limit.
             */
            tokens_left_today: number | null;
            /** Withheld */
            withheld: components["schemas"]["LeftOutOut"][];
        };
        /**
         * VisaProviderOut
         * @description Who would be asked; `cost_usd` is about the most it would cost, null when the prices are unknown.
         */
        VisaProviderOut: {
            /** Cost Usd */
            cost_usd: string | null;
            /** Host */
            host: string | null;
            /** Leaves Machine */
            leaves_machine: boolean;
            /** Model */
            model: string;
            /** Provider */
            provider: string;
        };
        /**
         * VisaRedactionOut
         * @description A secret that was taken out.
         */
        VisaRedactionOut: {
            /** Kind */
            kind: string;
            /** Line */
            line: number;
        };
        /**
         * WarrantItemOut
         * @description One thing of a plan: what proves that it may go, and its outcome (`pending`, `deleted`, `spared`, `failed`).
         */
        WarrantItemOut: {
            /** Bytes */
            bytes: number;
            /** Done At */
            done_at: string | null;
            /** Kind */
            kind: string;
            /** Outcome */
            outcome: string;
            /** Position */
            position: number;
            /** Proof */
            proof: {
                [key: string]: unknown;
            };
            /** Reason */
            reason: string | null;
            /** Target */
            target: string;
        };
        /**
         * WarrantOut
         * @description A plan and what became of it: `planned`, `executing`, `executed` or `expired`.
         */
        WarrantOut: {
            /** Bytes */
            bytes: number;
            /** Deleted */
            deleted: number;
            /** Digest */
            digest: string;
            /** Execute Job Id */
            execute_job_id: string | null;
            /** Executed At */
            executed_at: string | null;
            /** Expires At */
            expires_at: string;
            /** Failed */
            failed: number;
            /** Freed Bytes */
            freed_bytes: number;
            /** Items */
            items: number;
            /** Note */
            note: string | null;
            /** Plan Job Id */
            plan_job_id: string | null;
            /** Planned At */
            planned_at: string;
            /** Planned By */
            planned_by: string | null;
            /** Spared */
            spared: number;
            /** Status */
            status: string;
            /** Task */
            task: string;
            /**
             * Warrant Id
             * Format: uuid
             */
            warrant_id: string;
        };
        /**
         * WarrantPageOut
         * @description A warrant with some of its items, in order.
         */
        WarrantPageOut: {
            /** Bytes */
            bytes: number;
            /** Deleted */
            deleted: number;
            /** Digest */
            digest: string;
            /** Execute Job Id */
            execute_job_id: string | null;
            /** Executed At */
            executed_at: string | null;
            /** Expires At */
            expires_at: string;
            /** Failed */
            failed: number;
            /** Freed Bytes */
            freed_bytes: number;
            /** Items */
            items: number;
            /** Next Cursor */
            next_cursor: string | null;
            /** Note */
            note: string | null;
            /** Page */
            page: components["schemas"]["WarrantItemOut"][];
            /** Plan Job Id */
            plan_job_id: string | null;
            /** Planned At */
            planned_at: string;
            /** Planned By */
            planned_by: string | null;
            /** Spared */
            spared: number;
            /** Status */
            status: string;
            /** Task */
            task: string;
            /**
             * Warrant Id
             * Format: uuid
             */
            warrant_id: string;
        };
        /**
         * WayOut
         * @description One way to open a preview: `development_build`, `expo_go` or `browser`, and the link that it takes.
         */
        WayOut: {
            /** Kind */
            kind: string;
            /** Url */
            url: string;
        };
        /**
         * WaysOut
         * @description All ways to open a preview, and until when it can be had. Whoever has a link may look.
         */
        WaysOut: {
            /** Expires At */
            expires_at: string;
            /** Ways */
            ways: components["schemas"]["WayOut"][];
        };
        /**
         * WebLinkOut
         * @description The link that opens a preview in a browser, and until when the preview can be had.
         */
        WebLinkOut: {
            /** Expires At */
            expires_at: string;
            /** Url */
            url: string;
        };
        /**
         * WorkerOut
         * @description One worker as it describes itself; `status` (alive, unresponsive, stopped) is judged from its last heartbeat.
         *
         *     `load` is the share of its slots that are busy, `cpu` that of one processor; `failure_rate` (0 to 1) is of the jobs
         *     that it ended within the last hour, null when there were none.
         */
        WorkerOut: {
            /** Active */
            active: number;
            /** Cpu */
            cpu: number | null;
            /** Draining */
            draining: boolean;
            /** Failure Rate */
            failure_rate: number | null;
            /** Finished Last Hour */
            finished_last_hour: number;
            /** Host */
            host: string;
            /** Jobs */
            jobs: components["schemas"]["ActiveJobOut"][];
            /** Last Heartbeat */
            last_heartbeat: string;
            /** Load */
            load: number;
            /** Memory Bytes */
            memory_bytes: number | null;
            /** Pid */
            pid: number | null;
            /** Queues */
            queues: string[];
            /** Role */
            role: string;
            /** Roles */
            roles: string[];
            /** Slots */
            slots: number;
            /** Started At */
            started_at: string | null;
            /** Status */
            status: string;
            /** Type */
            type: string;
            /** Version */
            version: string;
            /** Worker Id */
            worker_id: string;
        };
        /**
         * WorkerStatus
         * @description Judged when read, from the age of the heartbeat.
         * @enum {string}
         */
        WorkerStatus: "alive" | "unresponsive" | "stopped";
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type AboutCommitOut = components['schemas']['AboutCommitOut'];
export type AboutManifestOut = components['schemas']['AboutManifestOut'];
export type AboutOut = components['schemas']['AboutOut'];
export type AboutProposalOut = components['schemas']['AboutProposalOut'];
export type AboutProposalsOut = components['schemas']['AboutProposalsOut'];
export type ActiveJobOut = components['schemas']['ActiveJobOut'];
export type ActivePreviewOut = components['schemas']['ActivePreviewOut'];
export type AdminJobDetailOut = components['schemas']['AdminJobDetailOut'];
export type AdminJobOut = components['schemas']['AdminJobOut'];
export type AiContextOut = components['schemas']['AiContextOut'];
export type AiJobOut = components['schemas']['AiJobOut'];
export type AiResultOut = components['schemas']['AiResultOut'];
export type AppServicesAuthSchemasSessionOut = components['schemas']['app__services__auth__schemas__SessionOut'];
export type AppServicesCleanupSchemasBundleOut = components['schemas']['app__services__cleanup__schemas__BundleOut'];
export type AppServicesPreviewSchemasBundleOut = components['schemas']['app__services__preview__schemas__BundleOut'];
export type AppServicesPreviewSchemasSessionOut = components['schemas']['app__services__preview__schemas__SessionOut'];
export type AppContainer = components['schemas']['AppContainer'];
export type AppliedOut = components['schemas']['AppliedOut'];
export type ApplyIn = components['schemas']['ApplyIn'];
export type ApproveIn = components['schemas']['ApproveIn'];
export type AttemptOut = components['schemas']['AttemptOut'];
export type AutoscalerOut = components['schemas']['AutoscalerOut'];
export type BootErrorOut = components['schemas']['BootErrorOut'];
export type BootOut = components['schemas']['BootOut'];
export type BuildIn = components['schemas']['BuildIn'];
export type BulkIn = components['schemas']['BulkIn'];
export type BulkOut = components['schemas']['BulkOut'];
export type BundleDeletedOut = components['schemas']['BundleDeletedOut'];
export type CauseOut = components['schemas']['CauseOut'];
export type CausesOut = components['schemas']['CausesOut'];
export type ChangedNameOut = components['schemas']['ChangedNameOut'];
export type ChangedNamesOut = components['schemas']['ChangedNamesOut'];
export type ChangeOut = components['schemas']['ChangeOut'];
export type ChangesOut = components['schemas']['ChangesOut'];
export type ClientKind = components['schemas']['ClientKind'];
export type ComparisonOut = components['schemas']['ComparisonOut'];
export type ContextOut = components['schemas']['ContextOut'];
export type CredentialsIn = components['schemas']['CredentialsIn'];
export type DecisionOut = components['schemas']['DecisionOut'];
export type DeepHealthOut = components['schemas']['DeepHealthOut'];
export type DifferenceOut = components['schemas']['DifferenceOut'];
export type DiffOut = components['schemas']['DiffOut'];
export type DocumentationIn = components['schemas']['DocumentationIn'];
export type EffectOut = components['schemas']['EffectOut'];
export type EndOut = components['schemas']['EndOut'];
export type EntryOut = components['schemas']['EntryOut'];
export type ErrorOut = components['schemas']['ErrorOut'];
export type FactsOut = components['schemas']['FactsOut'];
export type FileChangeOut = components['schemas']['FileChangeOut'];
export type FileContentOut = components['schemas']['FileContentOut'];
export type FileEntryOut = components['schemas']['FileEntryOut'];
export type FileListOut = components['schemas']['FileListOut'];
export type FileOut = components['schemas']['FileOut'];
export type FileSummaryIn = components['schemas']['FileSummaryIn'];
export type FindingOut = components['schemas']['FindingOut'];
export type FolderSyncOut = components['schemas']['FolderSyncOut'];
export type HealthOut = components['schemas']['HealthOut'];
export type HunkOut = components['schemas']['HunkOut'];
export type InlineCommentIn = components['schemas']['InlineCommentIn'];
export type JobAccepted = components['schemas']['JobAccepted'];
export type JobError = components['schemas']['JobError'];
export type JobFilterIn = components['schemas']['JobFilterIn'];
export type JobState = components['schemas']['JobState'];
export type JobStatus = components['schemas']['JobStatus'];
export type KeptBundleOut = components['schemas']['KeptBundleOut'];
export type LanguageOut = components['schemas']['LanguageOut'];
export type LeftOutOut = components['schemas']['LeftOutOut'];
export type LimitsOut = components['schemas']['LimitsOut'];
export type ListedSessionOut = components['schemas']['ListedSessionOut'];
export type LoginIn = components['schemas']['LoginIn'];
export type ManifestOut = components['schemas']['ManifestOut'];
export type ManifestSummaryOut = components['schemas']['ManifestSummaryOut'];
export type MeantOut = components['schemas']['MeantOut'];
export type MemberIn = components['schemas']['MemberIn'];
export type MemberOut = components['schemas']['MemberOut'];
export type MoveIn = components['schemas']['MoveIn'];
export type NeighbourhoodOut = components['schemas']['NeighbourhoodOut'];
export type NeighbourOut = components['schemas']['NeighbourOut'];
export type NextRunsOut = components['schemas']['NextRunsOut'];
export type NotificationOut = components['schemas']['NotificationOut'];
export type NotificationsOut = components['schemas']['NotificationsOut'];
export type OverlayOut = components['schemas']['OverlayOut'];
export type PageOutAdminJobOut = components['schemas']['PageOut_AdminJobOut_'];
export type PageOutAiJobOut = components['schemas']['PageOut_AiJobOut_'];
export type PageOutEffectOut = components['schemas']['PageOut_EffectOut_'];
export type PageOutFileOut = components['schemas']['PageOut_FileOut_'];
export type PageOutJobState = components['schemas']['PageOut_JobState_'];
export type PageOutListedSessionOut = components['schemas']['PageOut_ListedSessionOut_'];
export type PageOutManifestSummaryOut = components['schemas']['PageOut_ManifestSummaryOut_'];
export type PageOutMemberOut = components['schemas']['PageOut_MemberOut_'];
export type PageOutProjectOut = components['schemas']['PageOut_ProjectOut_'];
export type PageOutProposalSummaryOut = components['schemas']['PageOut_ProposalSummaryOut_'];
export type PageOutQueueOut = components['schemas']['PageOut_QueueOut_'];
export type PageOutSampleOut = components['schemas']['PageOut_SampleOut_'];
export type PageOutScheduleOut = components['schemas']['PageOut_ScheduleOut_'];
export type PageOutSettingOut = components['schemas']['PageOut_SettingOut_'];
export type PageOutTaskOut = components['schemas']['PageOut_TaskOut_'];
export type PageOutTeamOut = components['schemas']['PageOut_TeamOut_'];
export type PageOutWarrantOut = components['schemas']['PageOut_WarrantOut_'];
export type PageOutWorkerOut = components['schemas']['PageOut_WorkerOut_'];
export type PausedOut = components['schemas']['PausedOut'];
export type PauseIn = components['schemas']['PauseIn'];
export type Platform = components['schemas']['Platform'];
export type PreviewAcceptedOut = components['schemas']['PreviewAcceptedOut'];
export type PreviewSettingsIn = components['schemas']['PreviewSettingsIn'];
export type PreviewSettingsOut = components['schemas']['PreviewSettingsOut'];
export type PreviewStatusOut = components['schemas']['PreviewStatusOut'];
export type ProfileIn = components['schemas']['ProfileIn'];
export type ProjectIn = components['schemas']['ProjectIn'];
export type ProjectOut = components['schemas']['ProjectOut'];
export type ProjectPatchIn = components['schemas']['ProjectPatchIn'];
export type ProposalOut = components['schemas']['ProposalOut'];
export type ProposalSummaryOut = components['schemas']['ProposalSummaryOut'];
export type QueueOut = components['schemas']['QueueOut'];
export type ReadOut = components['schemas']['ReadOut'];
export type RefactorJobOut = components['schemas']['RefactorJobOut'];
export type RefChangeOut = components['schemas']['RefChangeOut'];
export type ReferenceListOut = components['schemas']['ReferenceListOut'];
export type ReferenceOut = components['schemas']['ReferenceOut'];
export type RefreshIn = components['schemas']['RefreshIn'];
export type RegisterIn = components['schemas']['RegisterIn'];
export type RejectIn = components['schemas']['RejectIn'];
export type RenameIn = components['schemas']['RenameIn'];
export type RenameSuggestionsIn = components['schemas']['RenameSuggestionsIn'];
export type ReplaceIn = components['schemas']['ReplaceIn'];
export type ReplayOut = components['schemas']['ReplayOut'];
export type ReplayPointOut = components['schemas']['ReplayPointOut'];
export type ReplayVariantOut = components['schemas']['ReplayVariantOut'];
export type RetriedOut = components['schemas']['RetriedOut'];
export type Role = components['schemas']['Role'];
export type RoleIn = components['schemas']['RoleIn'];
export type RunTaskIn = components['schemas']['RunTaskIn'];
export type SampleOut = components['schemas']['SampleOut'];
export type ScaledQueueOut = components['schemas']['ScaledQueueOut'];
export type ScalingReplayIn = components['schemas']['ScalingReplayIn'];
export type ScalingReplayOut = components['schemas']['ScalingReplayOut'];
export type ScheduleIn = components['schemas']['ScheduleIn'];
export type ScheduleOut = components['schemas']['ScheduleOut'];
export type SessionIn = components['schemas']['SessionIn'];
export type SessionOpenedOut = components['schemas']['SessionOpenedOut'];
export type SessionRestoredOut = components['schemas']['SessionRestoredOut'];
export type SessionShownOut = components['schemas']['SessionShownOut'];
export type SettingOut = components['schemas']['SettingOut'];
export type ShareOut = components['schemas']['ShareOut'];
export type SizeOut = components['schemas']['SizeOut'];
export type Source = components['schemas']['Source'];
export type SymbolListOut = components['schemas']['SymbolListOut'];
export type SymbolOut = components['schemas']['SymbolOut'];
export type SyncErrorOut = components['schemas']['SyncErrorOut'];
export type SyncHistoryOut = components['schemas']['SyncHistoryOut'];
export type SyncRunOut = components['schemas']['SyncRunOut'];
export type TaskOut = components['schemas']['TaskOut'];
export type TeamIn = components['schemas']['TeamIn'];
export type TeamOut = components['schemas']['TeamOut'];
export type ThresholdsIn = components['schemas']['ThresholdsIn'];
export type ThroughputBucketOut = components['schemas']['ThroughputBucketOut'];
export type ThroughputOut = components['schemas']['ThroughputOut'];
export type TierCountsOut = components['schemas']['TierCountsOut'];
export type TokenIn = components['schemas']['TokenIn'];
export type TokenOut = components['schemas']['TokenOut'];
export type UsageOut = components['schemas']['UsageOut'];
export type UserOut = components['schemas']['UserOut'];
export type VisaFileOut = components['schemas']['VisaFileOut'];
export type VisaIn = components['schemas']['VisaIn'];
export type VisaOut = components['schemas']['VisaOut'];
export type VisaProviderOut = components['schemas']['VisaProviderOut'];
export type VisaRedactionOut = components['schemas']['VisaRedactionOut'];
export type WarrantItemOut = components['schemas']['WarrantItemOut'];
export type WarrantOut = components['schemas']['WarrantOut'];
export type WarrantPageOut = components['schemas']['WarrantPageOut'];
export type WayOut = components['schemas']['WayOut'];
export type WaysOut = components['schemas']['WaysOut'];
export type WebLinkOut = components['schemas']['WebLinkOut'];
export type WorkerOut = components['schemas']['WorkerOut'];
export type WorkerStatus = components['schemas']['WorkerStatus'];
export type $defs = Record<string, never>;
export interface operations {
    list_activity: {
        parameters: {
            query?: {
                /** @description `proposal.applied`, or all of `proposal`. */
                action?: string | null;
                actor_id?: string | null;
                /** @description `next_cursor` of the page before. */
                cursor?: string | null;
                /** @description Not before this moment. */
                from?: string | null;
                /** @description What this job changed. */
                job_id?: string | null;
                /** @description How many items at most. */
                limit?: number;
                project_id?: string | null;
                /** @description What was changed: `proposal`, `job` … */
                subject?: string | null;
                /** @description Which one: all that became of it. */
                subject_id?: string | null;
                /** @description Before this moment. */
                to?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageOut_EffectOut_"];
                };
            };
        };
    };
    read_autoscaler: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AutoscalerOut"];
                };
            };
        };
    };
    replay_autoscaler: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ScalingReplayIn"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ScalingReplayOut"];
                };
            };
        };
    };
    list_autoscaler_samples: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string | null;
                /** @description From this moment on. */
                from?: string | null;
                /** @description How many items at most. */
                limit?: number;
                /** @description Only this queue, or its alias. */
                queue?: string | null;
                /** @description Up to this moment. */
                to?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageOut_SampleOut_"];
                };
            };
        };
    };
    restore_bundle: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                bundle_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["app__services__cleanup__schemas__BundleOut"];
                };
            };
        };
    };
    search_jobs: {
        parameters: {
            query?: {
                correlation_id?: string | null;
                created_from?: string | null;
                created_to?: string | null;
                /** @description `next_cursor` of the page before. */
                cursor?: string | null;
                error_code?: string | null;
                exhausted?: boolean | null;
                finished_from?: string | null;
                finished_to?: string | null;
                kind?: string | null;
                /** @description How many items at most. */
                limit?: number;
                min_attempts?: number | null;
                /** @description Only kinds of which at least this share failed in the last hour, from 0 to 1. */
                min_failure_rate?: number | null;
                project_id?: string | null;
                queue?: string | null;
                status?: components["schemas"]["JobStatus"] | null;
                stuck?: boolean | null;
                user_id?: string | null;
                worker_id?: string | null;
                worker_type?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageOut_AdminJobOut_"];
                };
            };
        };
    };
    inspect_job: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                job_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AdminJobDetailOut"];
                };
            };
        };
    };
    retry_job: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                job_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RetriedOut"];
                };
            };
        };
    };
    cancel_jobs: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BulkIn"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BulkOut"];
                };
            };
        };
    };
    count_job_causes: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CausesOut"];
                };
            };
        };
    };
    retry_jobs: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BulkIn"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BulkOut"];
                };
            };
        };
    };
    preview_schedule: {
        parameters: {
            query: {
                /** @description Five fields, in UTC. */
                cron: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NextRunsOut"];
                };
            };
        };
    };
    list_queues: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string | null;
                /** @description How many items at most. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageOut_QueueOut_"];
                };
            };
        };
    };
    pause_queue: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                queue_name: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["PauseIn"] | null;
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PausedOut"];
                };
            };
        };
    };
    resume_queue: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                queue_name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PausedOut"];
                };
            };
        };
    };
    list_schedules: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string | null;
                /** @description How many items at most. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageOut_ScheduleOut_"];
                };
            };
        };
    };
    change_schedule: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ScheduleIn"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ScheduleOut"];
                };
            };
        };
    };
    list_settings: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string | null;
                /** @description How many items at most. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageOut_SettingOut_"];
                };
            };
        };
    };
    list_tasks: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string | null;
                /** @description How many items at most. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageOut_TaskOut_"];
                };
            };
        };
    };
    run_cleanup: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any unique text. The same key and body give the same job; another body is a conflict. */
                "Idempotency-Key"?: string | null;
            };
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["RunTaskIn"] | null;
            };
        };
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobAccepted"];
                };
            };
        };
    };
    read_throughput: {
        parameters: {
            query?: {
                /** @description Seconds of a bucket. */
                bucket?: number | null;
                /** @description From this moment; an hour ago. */
                from?: string | null;
                kind?: string | null;
                queue?: string | null;
                /** @description Up to this moment; now. */
                to?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ThroughputOut"];
                };
            };
        };
    };
    list_warrants: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string | null;
                job_id?: string | null;
                /** @description How many items at most. */
                limit?: number;
                task?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageOut_WarrantOut_"];
                };
            };
        };
    };
    read_warrant: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string | null;
                /** @description How many items at most. */
                limit?: number;
                /** @description Only items with this outcome. */
                outcome?: ("pending" | "deleted" | "spared" | "failed") | null;
            };
            header?: never;
            path: {
                warrant_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WarrantPageOut"];
                };
            };
        };
    };
    list_workers: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string | null;
                /** @description How many items at most. */
                limit?: number;
                /** @description Of its jobs in the last hour. */
                min_failure_rate?: number | null;
                /** @description Serving this queue or alias. */
                queue?: string | null;
                status?: components["schemas"]["WorkerStatus"] | null;
                type?: ("cpu" | "gpu" | "cleanup") | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageOut_WorkerOut_"];
                };
            };
        };
    };
    create_documentation: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any unique text. The same key and body give the same job; another body is a conflict. */
                "Idempotency-Key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DocumentationIn"];
            };
        };
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobAccepted"];
                };
            };
        };
    };
    create_file_summary: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any unique text. The same key and body give the same job; another body is a conflict. */
                "Idempotency-Key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["FileSummaryIn"];
            };
        };
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobAccepted"];
                };
            };
        };
    };
    create_inline_comment: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any unique text. The same key and body give the same job; another body is a conflict. */
                "Idempotency-Key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["InlineCommentIn"];
            };
        };
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobAccepted"];
                };
            };
        };
    };
    list_ai_jobs: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string | null;
                kind?: ("file-summary" | "inline-comment" | "rename-suggestions" | "documentation") | null;
                /** @description How many items at most. */
                limit?: number;
                /** @description Only this project's; otherwise your own. */
                project_id?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageOut_AiJobOut_"];
                };
            };
        };
    };
    read_ai_context: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                job_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ContextOut"];
                };
            };
        };
    };
    replay_ai_job: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                job_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReplayOut"];
                };
            };
        };
    };
    create_rename_suggestions: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any unique text. The same key and body give the same job; another body is a conflict. */
                "Idempotency-Key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RenameSuggestionsIn"];
            };
        };
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobAccepted"];
                };
            };
        };
    };
    read_ai_result: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                job_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AiResultOut"];
                };
            };
        };
    };
    draw_visa: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["VisaIn"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VisaOut"];
                };
            };
        };
    };
    log_in: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LoginIn"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["app__services__auth__schemas__SessionOut"];
                };
            };
        };
    };
    log_out: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    refresh_session: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RefreshIn"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["app__services__auth__schemas__SessionOut"];
                };
            };
        };
    };
    register: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RegisterIn"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["app__services__auth__schemas__SessionOut"];
                };
            };
        };
    };
    stream_events: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `id` of the last event seen. */
                "last-event-id"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Server-sent events. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
        };
    };
    read_health: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HealthOut"];
                };
            };
        };
    };
    read_deep_health: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeepHealthOut"];
                };
            };
        };
    };
    list_jobs: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string | null;
                kind?: string | null;
                /** @description How many items at most. */
                limit?: number;
                project_id?: string | null;
                status?: components["schemas"]["JobStatus"] | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageOut_JobState_"];
                };
            };
        };
    };
    read_job: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                job_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobState"];
                };
            };
        };
    };
    cancel_job: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                job_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobState"];
                };
            };
        };
    };
    list_notifications: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string | null;
                /** @description How many items at most. */
                limit?: number;
                unread?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NotificationsOut"];
                };
            };
        };
    };
    read_notification: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                notification_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReadOut"];
                };
            };
        };
    };
    read_all_notifications: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReadOut"];
                };
            };
        };
    };
    read_about_preview: {
        parameters: {
            query?: {
                /** @description The token or grant, where no header can be sent: a link, a QR code. */
                grant?: string | null;
            };
            header?: never;
            path: {
                job_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AboutOut"];
                };
            };
        };
    };
    show_about_preview: {
        parameters: {
            query?: {
                /** @description The token or grant, where no header can be sent: a link, a QR code. */
                grant?: string | null;
            };
            header?: never;
            path: {
                job_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": unknown;
                };
            };
        };
    };
    read_expo_asset: {
        parameters: {
            query?: {
                /** @description The token or grant, where no header can be sent: a link, a QR code. */
                grant?: string | null;
            };
            header?: never;
            path: {
                job_id: string;
                /** @description The asset's `key`, as the manifest says it. */
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "*/*": string;
                };
            };
            /** @description What changed, as a bsdiff patch. */
            226: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
        };
    };
    read_expo_manifest: {
        parameters: {
            query?: {
                /** @description The token or grant, where no header can be sent: a link, a QR code. */
                grant?: string | null;
            };
            header?: {
                /** @description Always 1. */
                "expo-protocol-version"?: "1";
                /** @description The runtime that the app has. */
                "expo-runtime-version"?: string;
            };
            path: {
                job_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/expo+json": Record<string, never>;
                    "application/json": Record<string, never>;
                    "multipart/mixed": string;
                };
            };
        };
    };
    list_links: {
        parameters: {
            query?: {
                /** @description The token or grant, where no header can be sent: a link, a QR code. */
                grant?: string | null;
            };
            header?: never;
            path: {
                job_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WaysOut"];
                };
            };
        };
    };
    read_preview_picture: {
        parameters: {
            query?: {
                /** @description The token or grant, where no header can be sent: a link, a QR code. */
                grant?: string | null;
            };
            header?: never;
            path: {
                job_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "image/png": unknown;
                };
            };
        };
    };
    read_web_link: {
        parameters: {
            query?: {
                /** @description The token or grant, where no header can be sent: a link, a QR code. */
                grant?: string | null;
            };
            header?: never;
            path: {
                job_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebLinkOut"];
                };
            };
        };
    };
    build_preview: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["BuildIn"];
            };
        };
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PreviewAcceptedOut"];
                };
            };
        };
    };
    delete_preview_bundle: {
        parameters: {
            query?: {
                /** @description Give it up: it is purged by the next cleanup. For owners. */
                for_good?: boolean;
            };
            header?: never;
            path: {
                job_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BundleDeletedOut"];
                };
            };
        };
    };
    compare_two_previews: {
        parameters: {
            query: {
                /** @description The job of the preview on the left: the older one. */
                left: string;
                /** @description The job of the preview on the right. */
                right: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ComparisonOut"];
                };
            };
        };
    };
    show_comparison: {
        parameters: {
            query: {
                /** @description The job of the preview on the left: the older one. */
                left: string;
                /** @description The job of the preview on the right. */
                right: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": unknown;
                };
            };
        };
    };
    download_bundle: {
        parameters: {
            query?: {
                /** @description Be sent on (307) to the object storage, where it can sign addresses; else the server decides. */
                direct?: boolean | null;
                /** @description The token or grant, where no header can be sent: a link, a QR code. */
                grant?: string | null;
            };
            header?: never;
            path: {
                job_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/zip": unknown;
                };
            };
        };
    };
    read_preview_log: {
        parameters: {
            query?: {
                /** @description The token or grant, where no header can be sent: a link, a QR code. */
                grant?: string | null;
            };
            header?: never;
            path: {
                job_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": unknown;
                };
            };
        };
    };
    list_sessions: {
        parameters: {
            query: {
                /** @description `next_cursor` of the page before. */
                cursor?: string | null;
                /** @description How many items at most. */
                limit?: number;
                project_id: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageOut_ListedSessionOut_"];
                };
            };
        };
    };
    open_session: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SessionIn"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionOpenedOut"];
                };
            };
        };
    };
    restore_session: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                session_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionRestoredOut"];
                };
            };
        };
    };
    revoke_session: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                session_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["app__services__preview__schemas__SessionOut"];
                };
            };
        };
    };
    read_session: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The session's token. */
                token: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionShownOut"];
                    "text/html": unknown;
                };
            };
        };
    };
    upload_bundle: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The session's token. */
                token: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/octet-stream": string;
            };
        };
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PreviewAcceptedOut"];
                };
            };
        };
    };
    open_from_page: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The session's token. */
                token: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            303: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    read_preview_status: {
        parameters: {
            query?: {
                /** @description The token or grant, where no header can be sent: a link, a QR code. */
                grant?: string | null;
            };
            header?: never;
            path: {
                job_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PreviewStatusOut"];
                };
            };
        };
    };
    make_token: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TokenIn"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TokenOut"];
                };
            };
        };
    };
    read_preview_usage: {
        parameters: {
            query: {
                project_id: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UsageOut"];
                };
            };
        };
    };
    list_projects: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string | null;
                /** @description How many items at most. */
                limit?: number;
                team_id?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageOut_ProjectOut_"];
                };
            };
        };
    };
    create_project: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ProjectIn"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProjectOut"];
                };
            };
        };
    };
    read_project: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProjectOut"];
                };
            };
        };
    };
    delete_project: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    change_project: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ProjectPatchIn"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProjectOut"];
                };
            };
        };
    };
    list_project_activity: {
        parameters: {
            query?: {
                /** @description `proposal.applied`, or all of `proposal`. */
                action?: string | null;
                /** @description `next_cursor` of the page before. */
                cursor?: string | null;
                /** @description What this job changed. */
                job_id?: string | null;
                /** @description How many items at most. */
                limit?: number;
                /** @description What was changed: `proposal`, `job` … */
                subject?: string | null;
                /** @description Which one: all that became of it. */
                subject_id?: string | null;
            };
            header?: never;
            path: {
                project_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageOut_EffectOut_"];
                };
            };
        };
    };
    list_files: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string | null;
                /** @description How many entries at most. */
                limit?: number;
                /** @description A path inside the repository, without a leading slash. */
                path?: string;
                /** @description All files below, without the folders. */
                recursive?: boolean;
                /** @description Branch, tag, full ref name or commit id. */
                ref?: string | null;
            };
            header?: never;
            path: {
                project_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FileListOut"];
                };
            };
        };
    };
    read_content: {
        parameters: {
            query: {
                /** @description Cut the content off there. */
                max_bytes?: number | null;
                /** @description A path inside the repository, without a leading slash. */
                path: string;
                /** @description The bytes themselves, as `Accept: application/octet-stream`. */
                raw?: boolean;
                /** @description Branch, tag, full ref name or commit id. */
                ref?: string | null;
            };
            header?: never;
            path: {
                project_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FileContentOut"];
                    "application/octet-stream": unknown;
                };
            };
        };
    };
    open_folder_sync: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** Base Commit */
                    base_commit?: string | null;
                    /** Files */
                    files: {
                        [key: string]: {
                            /** Mode */
                            mode: string;
                            /** Sha256 */
                            sha256: string;
                            /** Size */
                            size: number;
                        };
                    };
                };
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FolderSyncOut"];
                };
            };
        };
    };
    send_blob: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project_id: string;
                /** @description SHA-256 of the bytes, in lower case. */
                sha256: string;
                sync_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/octet-stream": string;
            };
        };
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    commit_folder_sync: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any unique text. The same key and body give the same job; another body is a conflict. */
                "Idempotency-Key"?: string | null;
            };
            path: {
                project_id: string;
                sync_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobAccepted"];
                };
            };
        };
    };
    read_manifest: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string | null;
                /** @description How many of its files to list. */
                limit?: number;
                /** @description Branch, tag, full ref name or commit id. */
                ref?: string | null;
            };
            header?: never;
            path: {
                project_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ManifestOut"];
                };
            };
        };
    };
    compare_versions: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string | null;
                /** @description A version's number, or 8 digits of its hash; else the one before `to`, of the same ref if it has one. */
                from?: string | null;
                limit?: number;
                /** @description A version's number, or 8 digits of its hash; else the newest. */
                to?: string | null;
            };
            header?: never;
            path: {
                project_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DiffOut"];
                };
            };
        };
    };
    list_versions: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string | null;
                /** @description How many items at most. */
                limit?: number;
            };
            header?: never;
            path: {
                project_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageOut_ManifestSummaryOut_"];
                };
            };
        };
    };
    list_project_members: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string | null;
                /** @description How many items at most. */
                limit?: number;
            };
            header?: never;
            path: {
                project_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageOut_MemberOut_"];
                };
            };
        };
    };
    add_project_member: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MemberIn"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MemberOut"];
                };
            };
        };
    };
    remove_project_member: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project_id: string;
                user_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    change_project_member: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project_id: string;
                user_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RoleIn"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MemberOut"];
                };
            };
        };
    };
    read_preview_settings: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PreviewSettingsOut"];
                };
            };
        };
    };
    replace_preview_settings: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PreviewSettingsIn"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PreviewSettingsOut"];
                };
            };
        };
    };
    list_proposals: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string | null;
                /** @description How many items at most. */
                limit?: number;
                status?: ("open" | "approved" | "applied" | "reverted" | "rejected" | "stale") | null;
            };
            header?: never;
            path: {
                project_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageOut_ProposalSummaryOut_"];
                };
            };
        };
    };
    list_references: {
        parameters: {
            query: {
                /** @description From 1; columns in UTF-16 units, as editors count. */
                column: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string | null;
                /** @description How many items at most. */
                limit?: number;
                /** @description From 1; columns in UTF-16 units, as editors count. */
                line: number;
                /** @description A file of the repository. */
                path: string;
                /** @description Branch, tag, full ref name or commit id. */
                ref?: string | null;
            };
            header?: never;
            path: {
                project_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReferenceListOut"];
                };
            };
        };
    };
    list_symbols: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string | null;
                /** @description How many items at most. */
                limit?: number;
                /** @description Only this file, or what is below this folder. */
                path?: string;
                /** @description A name, part of one, or `Class.name`. */
                query?: string;
                /** @description Branch, tag, full ref name or commit id. */
                ref?: string | null;
            };
            header?: never;
            path: {
                project_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SymbolListOut"];
                };
            };
        };
    };
    show_neighbourhood: {
        parameters: {
            query: {
                /** @description From 1; columns in UTF-16 units, as editors count. */
                column: number;
                /** @description From 1; columns in UTF-16 units, as editors count. */
                line: number;
                /** @description A file of the repository. */
                path: string;
                /** @description Branch, tag, full ref name or commit id. */
                ref?: string | null;
            };
            header?: never;
            path: {
                project_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NeighbourhoodOut"];
                    "image/svg+xml": unknown;
                };
            };
        };
    };
    read_proposal: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                proposal_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProposalOut"];
                };
            };
        };
    };
    apply_proposal: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any unique text. The same key and body give the same job; another body is a conflict. */
                "Idempotency-Key"?: string | null;
            };
            path: {
                proposal_id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["ApplyIn"] | null;
            };
        };
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobAccepted"];
                };
            };
        };
    };
    approve_proposal: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                proposal_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ApproveIn"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProposalOut"];
                };
            };
        };
    };
    download_patch: {
        parameters: {
            query?: {
                /** @description Only what was approved. */
                chosen?: boolean;
                /** @description Only these hunks. */
                hunks?: string[] | null;
            };
            header?: never;
            path: {
                proposal_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/x-diff": string;
                };
            };
        };
    };
    reject_proposal: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                proposal_id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["RejectIn"] | null;
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProposalOut"];
                };
            };
        };
    };
    revert_proposal: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                proposal_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProposalOut"];
                };
            };
        };
    };
    read_refactor_job: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                job_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RefactorJobOut"];
                };
            };
        };
    };
    request_move: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any unique text. The same key and body give the same job; another body is a conflict. */
                "Idempotency-Key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MoveIn"];
            };
        };
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobAccepted"];
                };
            };
        };
    };
    request_rename: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any unique text. The same key and body give the same job; another body is a conflict. */
                "Idempotency-Key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RenameIn"];
            };
        };
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobAccepted"];
                };
            };
        };
    };
    request_replacement: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any unique text. The same key and body give the same job; another body is a conflict. */
                "Idempotency-Key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReplaceIn"];
            };
        };
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobAccepted"];
                };
            };
        };
    };
    read_sync_history: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string | null;
                /** @description How many items at most. */
                limit?: number;
            };
            header?: never;
            path: {
                project_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SyncHistoryOut"];
                };
            };
        };
    };
    start_sync: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any unique text. The same key and body give the same job; another body is a conflict. */
                "Idempotency-Key"?: string | null;
            };
            path: {
                project_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobAccepted"];
                };
            };
        };
    };
    list_teams: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string | null;
                /** @description How many items at most. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageOut_TeamOut_"];
                };
            };
        };
    };
    create_team: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TeamIn"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TeamOut"];
                };
            };
        };
    };
    read_team: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                team_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TeamOut"];
                };
            };
        };
    };
    delete_team: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                team_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    rename_team: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                team_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TeamIn"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TeamOut"];
                };
            };
        };
    };
    list_team_members: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string | null;
                /** @description How many items at most. */
                limit?: number;
            };
            header?: never;
            path: {
                team_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageOut_MemberOut_"];
                };
            };
        };
    };
    add_team_member: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                team_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MemberIn"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MemberOut"];
                };
            };
        };
    };
    remove_team_member: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                team_id: string;
                user_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    change_team_member: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                team_id: string;
                user_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RoleIn"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MemberOut"];
                };
            };
        };
    };
    read_me: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserOut"];
                };
            };
        };
    };
    change_me: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ProfileIn"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserOut"];
                };
            };
        };
    };
    read_preferences: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    replace_preferences: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    [key: string]: unknown;
                };
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
}
