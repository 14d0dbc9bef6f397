//! Every message of the words' files as a function: named by its key, and taking what its text names.
//!
//! A key that nobody uses is one that the compiler warns of; a key without a message is found by a test.

/// Declares the messages of each room: `room { name, name(value, value) }` is `room-name` in the files.
macro_rules! words {
    (@one $room:ident $name:ident) => {
        pub(crate) fn $name() -> &'static str {
            $crate::text::catalogue::plain(concat!(stringify!($room), "-", stringify!($name)))
        }
    };
    (@one $room:ident $name:ident ($($value:ident),+)) => {
        pub(crate) fn $name<'a>($($value: impl Into<fluent_bundle::FluentValue<'a>>),+) -> String {
            $crate::text::catalogue::filled(
                concat!(stringify!($room), "-", stringify!($name)),
                [$((stringify!($value), $value.into())),+],
            )
        }
    };
    ($($room:ident { $($name:ident $(($($value:ident),+))?),+ $(,)? })+) => {
        $(pub(crate) mod $room {
            $(words!(@one $room $name $(($($value),+))?);)+
        })+

        /// Every message with the values that it is given.
        #[cfg(test)]
        pub(super) const KEYS: &[(&str, &[&str])] = &[$($((
            concat!(stringify!($room), "-", stringify!($name)),
            &[$($(stringify!($value)),+)?],
        )),+),+];
    };
}

words! {
    main {
        name, tagline, stage_name, empty_title, empty_body, fatal_title, failed_title, diverged_title,
        try_again, try_slower, play, pause, replay, step, step_hint, step_batch, step_epoch, step_matching,
        reset, reset_hint, new_seed, new_seed_hint, seed, seed_hint, speed_name, speed_hint, to_light,
        to_dark, labels, labels_hint, setup, plots, lessons, lessons_hint, setup_note, dataset, classes,
        classes_hint, head, loss, dim, dim_hint, lr, lr_hint, key_title, key_pin, key_mean, key_error,
        key_sample, test_accuracy, closest_pair, labels_moved, plot_loss, plot_accuracy, plot_angle,
        plot_moved, series_train, series_test, nothing_yet, plot_empty, plot_empty_angle, plot_empty_moved,
        timeline, timeline_name, live, live_hint, timeline_empty, timeline_none, card_prototype, card_cosine,
        card_angle, card_mean, card_unseen, speed_max, quoted(words), other_language, other_code, other_hint,
        with_space(name), grid, grid_hint, ring, ring_hint, digits, digits_hint, groups, groups_hint, learned,
        learned_hint, fixed, fixed_hint, dynamic, dynamic_hint, cross_entropy, cross_entropy_hint, paper_loss,
        paper_loss_hint, digits_title(classes), grid_title(classes), ring_title(classes),
        groups_title(classes), published_title(classes, dataset), subtitle(head, dim, seed),
        three_directions(dim, share), class_title(name), epoch_shown(epoch, epochs), step_rate(rate),
        frame_rate(fps, ms), steps(steps), at_epoch(epoch), moved_at_epoch(count), failed_with(message),
        diverged_with(message), training, training_learned, training_fixed, training_dynamic, stopped,
        stopped_then, trained(top1), trained_dynamic(count), trained_fixed, trained_learned,
        exhibit(angle, bound), looking_back(epoch), none_moved_yet, one_moment, being_set_up, run_ended,
        last_state,
    }
    keys {
        title, search, nothing, play_or_pause, step_batch, step_epoch, step_matching, start_over, new_seed,
        deal, branch, one_sphere, two_spheres, three_spheres, keep, compare, names, pair, unroll, audience, back,
        forward, back_ten, forward_ten, first, live, share, classroom, film, lessons, words, language, this_list, space,
        shift(key), home, end,
    }
    branch {
        name, hint(epoch), begun(epoch), setup_note(epoch), anew, recorded, not_yet, too_large,
        name_from(name, epoch), copied,
    }
    lineup {
        spheres, spheres_hint, keep, keep_hint, alike, one, one_hint, two, two_hint, three, three_hint,
        setting(key, name, value), figures_are(count, angle), level, ends_ahead(points, name),
        is_ahead(points, name), on_test(scores),
    }
    matching {
        period_name, period_hint, section, section_hint, not_learned, not_fixed, not_released, init, rotation,
        means, random, random_hint, geometric, geometric_hint, features, features_hint, off, off_hint, on,
        on_hint, fading, fading_hint, since_last, since_last_hint, exact, exact_hint, settings_changed(count),
        epochs(count, epochs), dealt_count(count), moved_count(count), after_epoch(epoch, what),
        agreement(before, after), more_rings(count), dealt_again, dealt_again_then(before, after, classes),
        less_than(rise), rose(rise, after, classes), rose_short(rise, after, classes), none_moved,
        none_moved_then(after, classes), all_turned, all_turned_then(rose), turned_and_moved(moved), is_best,
        in_rings(labels, rings),
    }
    prototypes {
        method, method_hint, method_learned, method_file, codes, t, t_hint, t_of_the_paper, pair_hint,
        pair_key, pair_key_hint, compare, compare_t2, compare_paper, compare_best, compare_hint, compare_end,
        compare_wait, spreading, no_polygon, code_too_large, no_tiled, auto, auto_note, simplex, simplex_note,
        cross_polytope, cross_polytope_note, polygon, polygon_note, annealed, annealed_note, tiled,
        tiled_note, uniformity, uniformity_note, released, released_note, random, random_note, hpn, hpn_note,
        etf, etf_note, code_note(points, dim), papers_at(t), simplex_too_small(corners, dim, count),
        axes_too_few(dim, ends, count), code_needs(dim), code_too_small(points, count), one_start(dim, seed),
        no_more_than(bound), at_most(bound), best_possible, share_of_bound(share, bound), spread_papers(t),
        spread_released, spread_simplex, spread_axes, spread_polygon, spread_code(code), spread, few_push,
        a_spot_each(classes), closest_two(angle, limit), two_ways, second_coming, left_and_right(left, right),
    }
    sharing {
        share, share_hint, copy_link, copy_command, copy_command_hint, save_svg, save_png, save_csv,
        save_json, link_copied, fragment_copied, leaves_out_points, command_copied, nothing_to_save, close,
        cannot_open(why), cannot_make(cause), saved_here(name), saved_in(name, folder),
        cannot_save(name, cause), foreign_link, damaged_link, newer_link(version, known), oversized_link,
        refused_link(cause), link_of_files(dataset), long_link(chars, most),
        unknown_setting(place, key, nearest), bad_setting(place, key, cause),
    }
    classroom {
        offer, title, note, sees, sees_hint, setup, plots, why, lessons, speed, seed, share, begins,
        at_start, playing, here, here_hint, language, theirs, theirs_hint, english, german, form, link,
        frame, frame_hint, large, address, copy, close, link_copied, frame_copied, frame_title,
    }
    film {
        offer, progress(done, all), how_to_end, given_up, too_short, under_way,
    }
    own {
        own, own_hint, square, square_hint, add_class, erase, clear, save, paste, paste_field, paste_example,
        learn, drop_a_file, stays_here, drop, drop_note, square_full, too_few_points, put_points(class),
        draw_class(class), size(rows, features, classes), begins(name, size), refused(name, cause),
        unread(name, cause), awaited(name), missing(name), command_copied(name), title(classes, name),
        save_run, shown_again(name, epochs, unknown), shown_cut(name, epochs, unknown), recorded(list),
        list(list, last), samples, means, labels, moves, not_shown(name, cause),
    }
    tour {
        take_over, now_you, deal_again, deal_again_hint, three_heads, first_lesson, spreading, spreading_then,
        dealt, dealt_then, moved, moved_then, beside, beside_then,
    }
    why {
        tab, tab_hint, earlier, later, last_moving, formula, formula_note, matrix, matrix_note, by_number,
        by_number_hint, diagonal, diagonal_hint, by_cosine, by_cosine_hint, by_slack, by_slack_hint, box_now,
        box_before, now, after, formula_name, no_matching, no_matching_body, stay, stay_body, not_yet,
        not_yet_body(count, period), forgotten, forgotten_body, too_many, too_many_body, odd, odd_body,
        at_epoch(epoch), dealt(count), none_moved, rounding, first_move(name, prototype),
        ring_told(moves, more, count, gain), was_dealt, one_loses(name, loss), some_lose(count, name, loss),
        nothing_gained, both_gain, each_gains, without(without, total), no_label_moved, no_better(total),
        total_stays(total), turned_first(before, after), stayed_at(name, prototype, cosine),
        would_take(name, prototype, cosine, cost), has_favourite(name), unseen(name),
        move_is(name, from, to, before, after), and_more(count), ring_is(count, place, gain), score_of_one,
        score_of_these(count), others(count), cell_is(name, prototype, cosine),
        matrix_is(classes, prototypes, cell),
    }
    doubt {
        what_if, allow, proof, proof_note, proof_gap, proof_chosen, forbid_pair(name, prototype),
        costs_nothing, would_cost(cost), would_go(name, prototype), would_follow(name, prototype),
        best_without(total, moves, more), proven, proven_then, not_best, not_best_then(best), not_proven,
        not_proven_then(gap), class_prices, prototype_prices, bound, total, least_slack(pairs),
    }
    glossary {
        title, nothing, space, space_is, prototype, prototype_is, label, label_is, class_mean, class_mean_is,
        assignment, assignment_is, matching, matching_is, agreement, agreement_is, ring, ring_is, cosine,
        cosine_is, head, head_is, closest, closest_is, average, average_is, uniformity, uniformity_is,
        temperature, temperature_is, simplex, simplex_is, loss, loss_is, logit, logit_is, batch, batch_is,
        epoch, epoch_is, rate, rate_is, seed, seed_is, top1, top1_is, tail, tail_is,
    }
    host {
        on_cpu, on_gpu(name), simulated_gpu, no_webgpu, simulated_webgpu, unknown_device, gpu_lost(cause),
        training_ended,
    }
}
