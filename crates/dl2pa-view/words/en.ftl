# Words of the playground in English: the first language, and what stands in where another lacks some.
# One message a line; what stands in braces is given by the program, numbers ready written.

## The bars, the setup, the stage, the plots, the timeline, and what is said of a run

main-name = dl2pa
main-tagline = Labels find their place
main-stage_name = Sphere with prototypes, labels, class means and samples
main-empty_title = Getting ready
main-empty_body = In a moment dots will spread over this sphere: one spot for each class to land on.
main-fatal_title = This cannot go on
main-failed_title = The run stopped
main-diverged_title = Training ran away
main-try_again = Start again
main-try_slower = Start with a tenth of the learning rate
main-play = Play
main-pause = Pause
main-replay = Run again
main-step = Step
main-step_hint = Go on for a little and pause
main-step_batch = One batch
main-step_epoch = One epoch
main-step_matching = To the next matching
main-reset = Start over
main-reset_hint = Start over with the same seed (R)
main-new_seed = New seed
main-new_seed_hint = Start over with another seed (N)
main-seed = Seed
main-seed_hint = The same seed gives the same run; type another and press Enter
main-speed_name = Speed
main-speed_hint = How fast training goes; at "max" nothing slows it down
main-to_light = Light theme
main-to_dark = Dark theme
main-labels = Labels
main-labels_hint = Show or hide the names on the pins (L)
main-setup = Setup
main-plots = Plots
main-lessons = Lessons
main-lessons_hint = Eight guided lessons (G)
main-setup_note = A change starts over, same seed.
main-dataset = Data
main-classes = Classes
main-classes_hint = How many kinds of things the network has to tell apart.
main-head = Head
main-loss = Loss
main-dim = Dimensions d
main-dim_hint = The sphere lives in d dimensions: 2 is a ring, 3 the sphere you see, more is seen from its best side.
main-lr = Learning rate
main-lr_hint = How far one step moves the network: too small is slow, too large runs away.
main-key_title = How to read it
main-key_pin = prototype with its label
main-key_mean = mean of a class's examples
main-key_error = gap from mean to prototype
main-key_sample = one test example
main-test_accuracy = Test accuracy
main-closest_pair = Closest pair
main-labels_moved = Labels moved
main-plot_loss = Loss
main-plot_accuracy = Accuracy
main-plot_angle = Closest pair of prototypes
main-plot_moved = Labels moved by each matching
main-series_train = train
main-series_test = test
main-nothing_yet = –
main-plot_empty = Appears when training starts
main-plot_empty_angle = Appears with the first dots
main-plot_empty_moved = Appears when labels are matched
main-timeline = Relabellings
main-timeline_name = Epoch shown
main-live = To now
main-live_hint = Show what happens now (End)
main-timeline_empty = one tick for each matching, as tall as the labels it moved
main-timeline_none = this head never moves a label
main-card_prototype = Prototype
main-card_cosine = Cosine to class mean
main-card_angle = Angle to class mean
main-card_mean = Class mean
main-card_unseen = not seen yet
main-speed_max = max
main-quoted = “{ $words }”
main-other_language = Deutsch
main-other_code = DE
main-other_hint = Alles auf Deutsch zeigen (I)
main-with_space = { $name } (Space)
main-grid = Grid
main-grid_hint = Clouds of points on a square grid in the plane.
main-ring = Ring
main-ring_hint = Clouds of points around a ring in the plane.
main-digits = Digits
main-digits_hint = Handwritten digits, 8 by 8 pixels each.
main-groups = Groups
main-groups_hint = Classes that come in families of five which look alike.
main-learned = Learned
main-learned_hint = psc: the prototypes are learned together with the network and move.
main-fixed = Fixed
main-fixed_hint = fixed: prototypes stand still and every label keeps the one it was dealt.
main-dynamic = Dynamic
main-dynamic_hint = dynamic: prototypes stand still, and labels may change places between them.
main-cross_entropy = Cross-entropy
main-cross_entropy_hint = Compares all prototypes at once; the stronger one when d is small.
main-paper_loss = Paper
main-paper_loss_hint = Pulls each example to its own prototype and ignores the others.
main-digits_title = { $classes } handwritten digits
main-grid_title = { $classes } classes on a grid
main-ring_title = { $classes } classes on a ring
main-groups_title = { $classes } classes in groups
main-published_title = { $classes } classes of { $dataset }
main-subtitle = { $head } head · d = { $dim } · seed { $seed }
main-three_directions = You see 3 of { $dim } directions: { $share } % of the spread
main-class_title = Class { $name }
main-epoch_shown = Epoch { $epoch } of { $epochs }
main-step_rate = { $rate } steps/s
main-frame_rate = { $fps } fps, 95 % of frames within { $ms } ms
main-steps = { $steps } steps
main-at_epoch = epoch { $epoch }
main-moved_at_epoch = { $count } moved
main-failed_with = { $message }
main-diverged_with = { $message }
main-training = Training.
main-training_learned = The network learns to send every example to its label's dot, and the dots learn to move as well.
main-training_fixed = The network learns to send every example to its label's dot. Each label keeps the dot it was dealt.
main-training_dynamic = The network learns to send every example to its label's dot. Soon the labels may change places.
main-stopped = Stopped.
main-stopped_then = Run again, or change something in the setup.
main-trained = Trained: { $top1 } top-1.
main-trained_dynamic = { $count ->
    [one] { $count } label moved on the way. Try the fixed head with the same seed to compare.
   *[other] { $count } labels moved on the way. Try the fixed head with the same seed to compare.
}
main-trained_fixed = No label ever moved. Try the dynamic head with the same seed to compare.
main-trained_learned = The dots were learned. Try the dynamic head with the same seed to compare.
main-exhibit = The closest two are { $angle } apart; no arrangement can exceed { $bound }.
main-looking_back = Looking back: epoch { $epoch }.
main-none_moved_yet = No label has moved yet. Press play to see it again from here.
main-one_moment = One moment.
main-being_set_up = The data and the network are being set up.
main-run_ended = The run has ended.
main-last_state = The sphere shows its last state.

## The list of what can be asked for by a key

keys-title = What would you like to do?
keys-search = Type to search
keys-nothing = Nothing of that name.
keys-play_or_pause = Play or pause
keys-step_batch = Step: one batch
keys-step_epoch = Step: one epoch
keys-step_matching = Step: to the next matching
keys-start_over = Start over with the same seed
keys-new_seed = Start over with a new seed
keys-deal = Deal the labels at random again
keys-branch = Branch: go on from here with other settings
keys-one_sphere = One sphere
keys-two_spheres = Two spheres: another head beside it
keys-three_spheres = Three spheres: all heads
keys-keep = Keep these settings as a second sphere
keys-compare = Compare two ways to spread the prototypes
keys-names = Show or hide the names
keys-pair = Mark the closest pair of prototypes
keys-unroll = Unroll the sphere on a map
keys-audience = For an audience: larger, without the setup
keys-back = Back in time: one moment
keys-forward = Forward in time: one moment
keys-back_ten = Back in time: ten moments
keys-forward_ten = Forward in time: ten moments
keys-first = To the beginning of the run
keys-live = To what happens now
keys-share = Copy a link to this moment
keys-classroom = For a class: choose what it sees, and copy its address
keys-film = Save a film of the run, as a GIF
keys-lessons = Guided lessons, or the setup again
keys-words = What the words mean
keys-language = Show everything in German
keys-this_list = This list
keys-space = Space
keys-shift = Shift { $key }
keys-home = Home
keys-end = End

## Branches: a second sphere that goes on from a moment of the run

branch-name = Branch
branch-hint = { $epoch ->
    [0] Begin a second sphere as this run began, and change its settings (B)
   *[other] Go on from the end of epoch { $epoch } in a second sphere, and change its settings (B)
}
branch-begun = { $epoch ->
    [0] The new sphere begins as the run did. Change its settings: the run beside it stays as it is.
   *[other] The new sphere goes on from the end of epoch { $epoch }. Change its settings: the run beside it stays as it is.
}
branch-setup_note = { $epoch ->
    [0] Of the branch: a change begins it again.
   *[other] Of the branch: a change goes back to epoch { $epoch }.
}
branch-anew = This setting cannot change in the middle of a run, so everything starts over.
branch-recorded = A recorded run holds no states to go on from.
branch-not_yet = A run can branch as soon as it trains.
branch-too_large = This network is too large for its states to be kept.
branch-name_from = { $epoch ->
    [0] { $name } (branch)
   *[other] { $name } (from epoch { $epoch })
}
branch-copied = Copied: the settings of this branch. They begin a run at its start, not at this moment.

## Runs side by side

lineup-spheres = Spheres side by side
lineup-spheres_hint = Runs that share the data, the network and the seed, and differ in one thing.
lineup-keep = Keep these settings beside
lineup-keep_hint = Keep these settings as a second sphere, then change the setup: both start from the same seed (K)
lineup-alike = Same data, same network, same seed
lineup-one = One
lineup-one_hint = One run (1)
lineup-two = Two
lineup-two_hint = Beside it the same run with another head (2)
lineup-three = Three
lineup-three_hint = All three heads from the same seed (3)
lineup-setting = { $key ->
   *[other] { $name } { $value }
}
lineup-figures_are = { $count ->
    [one] { $count } label moved · closest { $angle }°
   *[other] { $count } labels moved · closest { $angle }°
}
lineup-level = They are level.
lineup-ends_ahead = { $points ->
    [one] { $name } ends { $points } point ahead.
   *[other] { $name } ends { $points } points ahead.
}
lineup-is_ahead = { $points ->
    [one] { $name } is { $points } point ahead.
   *[other] { $name } is { $points } points ahead.
}
lineup-on_test = On test examples: { $scores }.

## Matching labels and prototypes

matching-period_name = Match every
matching-period_hint = τ′: how often labels and prototypes are matched again; only the dynamic head does it.
matching-section = More about matching
matching-section_hint = How labels find their first dot, and what the matching goes by.
matching-not_learned = Learned prototypes move with their class, so there is nothing to match.
matching-not_fixed = The fixed head chooses once, before training, and never again.
matching-not_released = The authors' released code keeps a fading mean.
matching-init = First assignment
matching-rotation = Prototypes may turn
matching-means = Class means
matching-random = Random
matching-random_hint = Each label is dealt a dot at random, as in the paper.
matching-geometric = Fits data
matching-geometric_hint = Classes whose examples are alike get neighbouring dots from the start.
matching-features = Fits network
matching-features_hint = Classes that the untrained network sends near each other get neighbouring dots.
matching-off = Off
matching-off_hint = The dots stay where they are and only labels move, as in the paper.
matching-on = On
matching-on_hint = At a matching all dots may turn together, as one rigid body, to where labels fit best.
matching-fading = Fading
matching-fading_hint = Each batch moves the mean a little, so older examples fade, as in the paper.
matching-since_last = Since last
matching-since_last_hint = All examples since the last matching count alike, each as the network saw it then.
matching-exact = Exact
matching-exact_hint = All training examples as the network sees them at the matching; costs one more pass over them.
matching-settings_changed = { $count } changed
matching-epochs = { $count ->
    [one] { $epochs } epoch
   *[other] { $epochs } epochs
}
matching-dealt_count = { $count ->
    [one] { $count } label dealt again at random
   *[other] { $count } labels dealt again at random
}
matching-moved_count = { $count ->
    [0] no label moved
    [one] { $count } label moved
   *[other] { $count } labels moved
}
matching-after_epoch = After epoch { $epoch }: { $what }
matching-agreement = Agreement { $before } → { $after }
matching-more_rings = and { $count } rings more
matching-dealt_again = The labels were dealt again at random.
matching-dealt_again_then = The next matching will repair it. Agreement { $before } → { $after } of { $classes }.
matching-less_than = less than { $rise }
matching-rose = agreement with the examples rose by { $rise } to { $after } of { $classes }.
matching-rose_short = agreement rose by { $rise } to { $after } of { $classes }.
matching-none_moved = No label moved:
matching-none_moved_then = no exchange would bring the classes nearer to their dots. Agreement { $after } of { $classes }.
matching-all_turned = All dots turned together:
matching-all_turned_then = { $rose } No label had to move.
matching-turned_and_moved = All dots turned, { $moved }:
matching-is_best = No other assignment scores higher.
matching-in_rings = { $labels ->
    [1] { $labels } label moved
    [2] { $labels } labels changed places
   *[other] { $rings ->
        [0] { $labels } labels moved
        [1] { $labels } labels moved in one ring
       *[other] { $labels } labels moved in { $rings } rings
    }
}

## Making prototypes

prototypes-method = Prototypes
prototypes-method_hint = How the dots are spread over the sphere before training begins.
prototypes-method_learned = Learned in training
prototypes-method_file = From a file
prototypes-codes = Known codes
prototypes-t = Temperature t
prototypes-t_hint = t says how much the nearest dots count: at 2 all pairs push each other apart nearly alike, at 1,000 only the closest ones still do.
prototypes-t_of_the_paper = 2 in the paper
prototypes-pair_hint = The two dots that are nearest to each other: their classes are the easiest to confuse, so the wider this angle the better.
prototypes-pair_key = closest pair of prototypes
prototypes-pair_key_hint = Mark the two dots that are nearest to each other also while training goes on (P)
prototypes-compare = Compare
prototypes-compare_t2 = Compare with t = 2
prototypes-compare_paper = Compare with the paper's t = 2
prototypes-compare_best = Compare with the best
prototypes-compare_hint = Spread the same dots a second way, from the same start, and see both side by side (C)
prototypes-compare_end = Back to training
prototypes-compare_wait = Being made
prototypes-spreading = spreading
prototypes-no_polygon = A polygon lies in the plane: choose d = 2.
prototypes-code_too_large = In the terminal only: so large a code would hold up the picture.
prototypes-no_tiled = In the terminal only: --prototypes --method tiled.
prototypes-auto = Automatic
prototypes-auto_note = The best of the others for these classes.
prototypes-simplex = Simplex
prototypes-simplex_note = Every two dots equally far apart.
prototypes-cross_polytope = Cross-polytope
prototypes-cross_polytope_note = The two ends of each axis.
prototypes-polygon = Polygon
prototypes-polygon_note = Evenly around the ring.
prototypes-annealed = Annealed
prototypes-annealed_note = t rises until only the closest pairs push.
prototypes-tiled = Tiled
prototypes-tiled_note = Annealed in tiles, for ten thousand classes and more.
prototypes-uniformity = The paper's, t fixed
prototypes-uniformity_note = The paper's uniformity, at one t throughout.
prototypes-released = Authors' script
prototypes-released_note = What the published script does, at t = 2.
prototypes-random = Drawn
prototypes-random_note = Thrown on the sphere and left there.
prototypes-hpn = HPN
prototypes-hpn_note = Each dot flees its nearest, as in HPN (2019).
prototypes-etf = Turned simplex
prototypes-etf_note = A simplex turned at random, as in ETF (2022).
prototypes-code_note = { $points } points in { $dim } dimensions, found by algebra.
prototypes-papers_at = The paper's, { $t }
prototypes-simplex_too_small = Has { $corners } corners in { $dim } dimensions, too few for { $count } classes.
prototypes-axes_too_few = { $dim } axes have { $ends } ends, too few for { $count } classes.
prototypes-code_needs = Needs d = { $dim } or more.
prototypes-code_too_small = Has { $points } points, too few for { $count } classes.
prototypes-one_start = d = { $dim } · seed { $seed } · both from one start
prototypes-no_more_than = no arrangement can exceed { $bound }
prototypes-at_most = of at most { $bound }
prototypes-best_possible = closest pair; proven to be the best possible
prototypes-share_of_bound = closest pair, { $share } % of the { $bound } that no arrangement can exceed
prototypes-spread_papers = Spreading the dots the paper's way, at t = { $t }.
prototypes-spread_released = Spreading the dots as the authors' script does, at t = 2.
prototypes-spread_simplex = Spreading the dots to the corners of a simplex.
prototypes-spread_axes = Spreading the dots to the ends of the axes.
prototypes-spread_polygon = Spreading the dots evenly around the ring.
prototypes-spread_code = Spreading the dots to points of { $code }.
prototypes-spread = Spreading the dots.
prototypes-few_push = As t rises, only the closest still push each other.
prototypes-a_spot_each = Each of the { $classes } dots is a spot for one class.
prototypes-closest_two = The closest two are { $angle } apart; { $limit }.
prototypes-two_ways = Two ways to spread.
prototypes-second_coming = The second one is being made.
prototypes-left_and_right = The closest dots end { $left } apart on the left, { $right } on the right. Dots that nearly touch are easily confused.

## Links, commands and files

sharing-share = Share and save
sharing-share_hint = Copy a link or the command, save pictures and numbers (S copies the link)
sharing-copy_link = Copy link to this state
sharing-copy_command = Copy command for the terminal
sharing-copy_command_hint = The command that trains the same run without a window
sharing-save_svg = Picture as SVG
sharing-save_png = Picture as PNG, 4 times as sharp
sharing-save_csv = Curves as CSV
sharing-save_json = Everything as JSON
sharing-link_copied = Link copied. Whoever opens it sees this run at this moment.
sharing-fragment_copied = Copied. Put it behind the address of the playground's page, or open it by dl2pa-app --open.
sharing-leaves_out_points = This link leaves out your data: there are too many points for it.
sharing-command_copied = Command copied. Paste it into a terminal.
sharing-nothing_to_save = There is nothing to save yet: wait for the first picture.
sharing-close = Close message
sharing-cannot_open = { $why } The playground starts as usual.
sharing-cannot_make = The file could not be made ({ $cause }).
sharing-saved_here = { $name } is in your downloads.
sharing-saved_in = Saved { $name } in { $folder }.
sharing-cannot_save = { $name } was not saved ({ $cause }).
sharing-foreign_link = This is no link of the playground: it should go on with #state=1. and many letters, so copy the whole of it.
sharing-damaged_link = This link is damaged, some of its letters are missing or changed: copy it once more, all of it.
sharing-newer_link = This link was made by a newer playground (its format is { $version }, and { $known } is the newest that this one reads): reload the page or update the program.
sharing-oversized_link = This link is too large to be one of the playground's: ask for it again where you got it.
sharing-refused_link = This link asks for a run that cannot be: { $cause }
sharing-link_of_files = A link cannot hold a run on the data set `{ $dataset }` or with a file of prototypes, which live in files: copy the command instead.
sharing-long_link = The link would take { $chars } characters and there is room for { $most }: save the settings to a file instead.
sharing-unknown_setting = In { $place }, there is no setting `{ $key }`; the nearest is `{ $nearest }`.
sharing-bad_setting = In { $place }, `{ $key }` cannot be read ({ $cause }).

## For a class

classroom-offer = For a class ...
classroom-title = For a class
classroom-note = Choose what the class sees of this run, then give it the address.
classroom-sees = The class sees
classroom-sees_hint = What is not ticked has no button, no key and no place in the list of commands.
classroom-setup = The setup of the run
classroom-plots = The plots
classroom-why = Why labels moved
classroom-lessons = The guided lessons
classroom-speed = The speed
classroom-seed = The seed and its dice
classroom-share = Sharing and saving
classroom-begins = The run begins
classroom-at_start = Paused, at its start
classroom-playing = Playing
classroom-here = Paused, here
classroom-here_hint = At the moment that you see now
classroom-language = Language
classroom-theirs = That of each reader
classroom-theirs_hint = As each browser asks for, English where there is no other
classroom-english = English
classroom-german = Deutsch
classroom-form = Give it as
classroom-link = A link
classroom-frame = A frame in a page of yours
classroom-frame_hint = An iframe: the stage and what makes it play, to be pasted into the HTML of a page
classroom-large = Large, for a projector
classroom-address = Address
classroom-copy = Copy
classroom-close = Close
classroom-link_copied = Link for the class copied.
classroom-frame_copied = Frame copied. Paste it into the HTML of your page.
classroom-frame_title = Playground: labels find their place on a sphere

## A film of the run

film-offer = Film as GIF
film-progress = Making the film: picture { $done } of { $all }
film-how_to_end = Esc, or a click here, gives it up.
film-under_way = A film of the run is being made. Esc gives it up.
film-given_up = The film was given up. Nothing was saved.
film-too_short = There is no film yet: the run has shown only one moment. Let it train for a little while, then try again.

## The first minute

tour-take_over = Touch anything to take over
tour-now_you = Now you
tour-deal_again = Deal the labels again
tour-deal_again_hint = Gives every label a dot at random: dynamic finds its way back, fixed has to live with it
tour-three_heads = All three methods
tour-first_lesson = Start lesson 1
tour-spreading = Each dot is the spot where one class should land.
tour-spreading_then = They move apart, so that no two classes are easily confused.
tour-dealt = The labels were dealt to the dots at random.
tour-dealt_then = Now a small network learns to send every example to its label's dot.
tour-moved = Some classes landed nearer to another label's dot.
tour-moved_then = So labels change places where that helps all of them together. The dots stay.
tour-beside = The same run twice.
tour-beside_then = Same data, same network, same start. On the left no label may ever move.

## Why labels moved

why-tab = Why
why-tab_hint = Why labels moved: who took whose dot, what it was worth, and the proof
why-earlier = Earlier matching
why-later = Later matching
why-last_moving = Show the last one that moved labels
why-formula = The rule
why-formula_note = Of all ways to give each class y a prototype A(y) of its own, take the one whose class means m and prototypes w agree most.
why-matrix = Every pair
why-matrix_note = One row a class, one column a prototype.
why-by_number = By number
why-by_number_hint = Prototypes in their own order.
why-diagonal = Diagonal
why-diagonal_hint = Each class's present prototype on the diagonal, the labels that moved first.
why-by_cosine = Cosine
why-by_cosine_hint = How alike class mean and prototype are.
why-by_slack = Slack
why-by_slack_hint = Price of the class + price of the prototype − cosine: what taking the pair would waste at least.
why-box_now = now
why-box_before = before
why-now = now
why-after = after
why-formula_name = A star is the assignment A with the greatest sum over y of m of y times w of A of y
why-no_matching = Nothing to match
why-no_matching_body = With the learned head each class drags a dot of its own along, so no label ever changes its dot. Choose the dynamic head to see labels move.
why-stay = Labels stay where they were dealt
why-stay_body = The fixed head chooses once, before training, and never matches again. Choose the dynamic head with the same seed to see what it would change.
why-not_yet = No matching yet
why-not_yet_body = { $count ->
    [one] After every epoch
   *[other] Every { $period }
} labels and dots are matched again. Then you read here which labels moved, what it was worth, and why nothing else would have been better.
why-forgotten = Too long ago
why-forgotten_body = Only the latest matchings keep what they saw, to save memory. Choose a later one.
why-too_many = Too many classes to lay out
why-too_many_body = With more than 300 classes the matrix has no room here. The tick on the timeline tells what moved.
why-odd = This matching cannot be read
why-odd_body = Its class means or prototypes do not fit its labels. Run again with the same seed to make them anew.
why-at_epoch = After epoch { $epoch }
why-dealt = { $count ->
    [one] { $count } label dealt at random
   *[other] { $count } labels dealt at random
}
why-none_moved = no label moved
why-rounding = 0 (rounding)
why-first_move = { $name } → prototype { $prototype }
why-ring_told = { $moves }{ $more ->
    [0] { "" }
   *[other] { " " }and { $more } more
}: { $count ->
    [one] { "" }
   *[other] together{ " " }
}{ $gain }.
why-was_dealt = It was dealt, not chosen, so it may well lose.
why-one_loses = { $name } alone loses { $loss } by it, so that the others gain more.
why-some_lose = { $count } of them lose by it, { $name } most ({ $loss }), so that the others gain more.
why-nothing_gained = That is as good as nothing: the two ways are nearly the same.
why-both_gain = Both gain by it.
why-each_gains = Each of them gains by it.
why-without = Without this ring the total would be { $without } instead of { $total }.
why-no_label_moved = No label moved.
why-no_better = No exchange of labels totals more than { $total }.
why-total_stays = The total stays { $total }.
why-turned_first = All dots turned together first, as one rigid body: { $before } → { $after }.
why-stayed_at = { $name } stayed at prototype { $prototype } (cosine { $cosine }).
why-would_take = By itself { $name } would take prototype { $prototype } (cosine { $cosine }). Then the best total is { $cost } lower.
why-has_favourite = No prototype is nearer to the mean of { $name }.
why-unseen = No example of { $name } has been seen yet, so every prototype suits it alike.
why-move_is = { $name }: prototype { $from } to { $to }, cosine { $before } to { $after }
why-and_more = and { $count } more
why-ring_is = { $count ->
    [one] Ring { $place } of { $count } label, { $gain }
   *[other] Ring { $place } of { $count } labels, { $gain }
}
why-score_of_one = Score of this label
why-score_of_these = Score of these { $count }
why-others = { $count ->
    [one] { $count } other
   *[other] { $count } others
}
why-cell_is = { $name } · prototype { $prototype } · { $cosine }
why-matrix_is = Score matrix of { $classes } classes and { $prototypes } prototypes, arrow keys move. { $cell }

## What a barred move costs, and the proof

doubt-what_if = What if not?
doubt-allow = Allow it again
doubt-proof = The proof
doubt-proof_note = Give every class and every prototype a price, so that for each pair the two prices together are at least its cosine. Then no assignment can total more than all prices together.
doubt-proof_gap = Bound − total
doubt-proof_chosen = Largest slack of a chosen pair
doubt-forbid_pair = Forbid { $name } → prototype { $prototype }
doubt-costs_nothing = It would cost nothing: another assignment is as good.
doubt-would_cost = It would cost { $cost }.
doubt-would_go = { $name } would go to prototype { $prototype }
doubt-would_follow = { $name } to { $prototype }
doubt-best_without = The best total without it is { $total }. { $moves }{ $more ->
    [0] { "" }
   *[other] { " " }and { $more } more would move
}.
doubt-proven = Proven:
doubt-proven_then = the total reaches the bound, so nothing scores higher.
doubt-not_best = Not the best:
doubt-not_best_then = it was dealt at random. The best total is { $best }.
doubt-not_proven = Not proven:
doubt-not_proven_then = the total is { $gap } below the bound.
doubt-class_prices = Prices of all classes
doubt-prototype_prices = Prices of all prototypes
doubt-bound = Bound: both together
doubt-total = Total of this assignment
doubt-least_slack = Smallest slack of { $pairs } pairs

## What the words mean

glossary-title = Words
glossary-nothing = No word of that name.
glossary-space = Metric space
glossary-space_is = Where the network sends examples: a sphere in d dimensions. Near each other there means alike. Figure 1.
glossary-prototype = Prototype
glossary-prototype_is = A dot on the sphere that stands for one class. An example belongs to the class whose prototype is nearest. Figure 1.
glossary-label = Label
glossary-label_is = The name of a class. With the dynamic head it may move from one prototype to another. Figure 1c.
glossary-class_mean = Class mean
glossary-class_mean_is = The direction in which the examples of one class lie on average. The matching goes by it, not by single examples.
glossary-assignment = Assignment
glossary-assignment_is = Which label has which prototype: each label one of its own. In the formula it is A.
glossary-matching = Matching
glossary-matching_is = Choosing the assignment in which class means and prototypes agree most in total. The method of Kuhn and Munkres finds a best one. Figure 1c.
glossary-agreement = Agreement
glossary-agreement_is = The sum of the cosines between each class mean and its prototype: as many as there are classes if all lie exactly on them.
glossary-ring = Ring
glossary-ring_is = Labels that hand on their prototypes: each takes that of the next. One of them may lose; all together gain.
glossary-cosine = Cosine
glossary-cosine_is = How alike two directions are: 1 is the same, 0 a right angle, −1 the opposite.
glossary-head = Head
glossary-head_is = The last part of a network, which turns a point on the sphere into a class. Here it says what is learned and what stands still. Figure 1.
glossary-closest = Closest pair
glossary-closest_is = The two prototypes with the smallest angle between them. They decide how easily two classes are confused. Figure 2c.
glossary-average = Average angle (APAD)
glossary-average_is = The average over all pairs of prototypes. It can look perfect while some prototypes lie on each other. Figure 2a.
glossary-uniformity = Uniformity
glossary-uniformity_is = What the paper makes small to spread the prototypes: all pairs push each other apart, near ones more. Equations 4 and 5.
glossary-temperature = Temperature t
glossary-temperature_is = How much near pairs count in the spreading. The paper takes 2; raised step by step, only the closest pairs push at last.
glossary-simplex = Simplex
glossary-simplex_is = Points that are all equally far apart, such as the corners of a tetrahedron. There is one as long as d is at least the number of classes less one.
glossary-loss = Loss
glossary-loss_is = The number that training makes small: how far examples are from where they should be.
glossary-logit = Logit
glossary-logit_is = A class's score for one example before it becomes a probability: here its cosine with the prototype, times a scale.
glossary-batch = Batch
glossary-batch_is = The few examples that one training step looks at.
glossary-epoch = Epoch
glossary-epoch_is = One pass over all training examples. By default labels are matched after each. Figure 3b asks how often is best.
glossary-rate = Learning rate
glossary-rate_is = How far one step moves the network. Too small is slow, too large runs away.
glossary-seed = Seed
glossary-seed_is = The number from which all chance of a run is drawn. The same seed on the same device gives the same run.
glossary-top1 = Test accuracy (top-1)
glossary-top1_is = The share of examples never trained on whose nearest prototype carries their own label.
glossary-tail = Long tail
glossary-tail_is = Data in which a few classes have many examples and most have few, as in nature. The paper tries its method on such data as well.

## The machine that it runs on

host-on_cpu = Training on the CPU
host-on_gpu = Training on the GPU: { $name }
host-simulated_gpu = The CPU simulates this GPU, so training is slow: choose the CPU to train directly.
host-no_webgpu = No WebGPU in this browser: WebGL draws, the CPU trains.
host-simulated_webgpu = The CPU simulates the GPU here: WebGL draws, the CPU trains.
host-unknown_device = A page trains on ?device=auto, gpu or cpu; it chose by itself.
host-gpu_lost = The GPU stopped working ({ $cause }). Reload the page, or add ?device=cpu to its address.
host-training_ended = Training stopped unexpectedly. Close and open the playground; if it happens again, train on the CPU.

## Own data and recorded runs

own-own = Own
own-own_hint = Points that you draw, or a table of yours.
own-square = Square to draw points in
own-square_hint = A click puts a point, a drag many; the right button takes them away.
own-add_class = Add a class
own-erase = Erase
own-clear = Clear
own-save = Save as CSV
own-paste = Paste a table
own-paste_field = Table to learn
own-paste_example = 5.1, 3.5, lily
    6.2, 2.9, rose
own-learn = Learn this table
own-drop_a_file = Or drop a CSV or .npy file anywhere.
own-stays_here = It stays here: nothing is sent anywhere.
own-drop = Drop it here
own-drop_note = A table (.csv, .npy) is learned, a recorded run (.jsonl) is shown again.
own-square_full = The square is full: take some points away first.
own-too_few_points = Two classes and five points in all, and training starts.
own-put_points = Click to put points of { $class }
own-draw_class = Draw class { $class }
own-size = { $rows } rows of { $features ->
    [one] { $features } number
   *[other] { $features } numbers
} in { $classes } classes
own-begins = Learning { $name }: { $size }. It stays here: nothing is sent anywhere.
own-refused = { $name } cannot be learned. { $cause }
own-unread = { $name } could not be read ({ $cause }).
own-awaited = The run of this link learns { $name }, which stayed with whoever made the link. Drop that file here to see it.
own-missing = { $name } is not at hand any more: drop it here again.
own-command_copied = Command copied. It reads { $name }: run it where that file is.
own-title = { $classes } classes of { $name }
own-save_run = Run, to be opened again
own-shown_again = Showing { $name } again: { $epochs } epochs. { $unknown }.
own-shown_cut = Showing { $name } again: { $epochs } epochs. { $unknown }. The file ends before the run does.
own-recorded = Recorded run, without { $list }
own-list = { $list } and { $last }
own-samples = samples
own-means = class means
own-labels = labels
own-moves = the moves of prototypes
own-not_shown = { $name } cannot be shown. { $cause }
