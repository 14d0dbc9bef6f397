# Die Wörter des Spielplatzes auf Deutsch. Begriffe wie in den Lektionen: Prototyp oder Platz, Namen (labels),
# Zuordnung (matching), auslosen, Startwert (seed), Aufsatz (paper); gelernt, fest, wandernd (psc, fixed, dynamic).

## Leisten, Einstellungen, Bühne, Kurven, Zeitachse, und was über einen Lauf gesagt wird

main-name = dl2pa
main-tagline = Namen finden ihren Platz
main-stage_name = Kugel mit Prototypen, Namen, Klassenmitteln und Beispielen
main-empty_title = Gleich geht es los
main-empty_body = In einem Moment verteilen sich Punkte auf dieser Kugel: für jede Klasse ein Platz.
main-fatal_title = Hier geht es nicht weiter
main-failed_title = Der Lauf wurde abgebrochen
main-diverged_title = Das Training ist entgleist
main-try_again = Noch einmal starten
main-try_slower = Mit einem Zehntel der Lernrate starten
main-play = Abspielen
main-pause = Pause
main-replay = Noch einmal
main-step = Schritt
main-step_hint = Ein Stück weiter, dann Pause
main-step_batch = Ein Batch
main-step_epoch = Eine Epoche
main-step_matching = Bis zur nächsten Zuordnung
main-reset = Von vorn
main-reset_hint = Von vorn mit demselben Startwert (R)
main-new_seed = Neuer Startwert
main-new_seed_hint = Von vorn mit einem anderen Startwert (N)
main-seed = Startwert
main-seed_hint = Derselbe Startwert ergibt denselben Lauf; für einen anderen: eintippen und Enter
main-speed_name = Tempo
main-speed_hint = Wie schnell trainiert wird; bei „max“ bremst nichts
main-to_light = Helle Farben
main-to_dark = Dunkle Farben
main-labels = Namen
main-labels_hint = Namen an den Nadeln zeigen oder verbergen (L)
main-setup = Aufbau
main-plots = Kurven
main-lessons = Lektionen
main-lessons_hint = Acht geführte Lektionen (G)
main-setup_note = Jede Änderung startet von vorn.
main-dataset = Daten
main-classes = Klassen
main-classes_hint = Wie viele Arten von Dingen das Netz unterscheiden soll.
main-head = Verfahren
main-loss = Verlust
main-dim = Dimensionen d
main-dim_hint = Die Kugel hat d Dimensionen: 2 ist ein Ring, 3 die Kugel im Bild; mehr sieht man von der besten Seite.
main-lr = Lernrate
main-lr_hint = Wie weit ein Schritt das Netz verschiebt: zu klein ist langsam, zu groß entgleist.
main-key_title = So liest man es
main-key_pin = Prototyp mit seinem Namen
main-key_mean = Mittel der Beispiele einer Klasse
main-key_error = Abstand vom Mittel zum Prototyp
main-key_sample = ein Testbeispiel
main-test_accuracy = Testgenauigkeit
main-closest_pair = Engstes Paar
main-labels_moved = Gewanderte Namen
main-plot_loss = Verlust
main-plot_accuracy = Genauigkeit
main-plot_angle = Engstes Paar
main-plot_moved = Gewanderte Namen je Zuordnung
main-series_train = Training
main-series_test = Test
main-nothing_yet = –
main-plot_empty = Erscheint, wenn das Training beginnt
main-plot_empty_angle = Erscheint mit den ersten Punkten
main-plot_empty_moved = Erscheint mit der ersten Zuordnung
main-timeline = Zuordnungen
main-timeline_name = Gezeigte Epoche
main-live = Zu jetzt
main-live_hint = Zeigen, was jetzt geschieht (Ende)
main-timeline_empty = ein Strich je Zuordnung, so hoch wie die Zahl der Namen, die wanderten
main-timeline_none = bei diesem Verfahren wandert nie ein Name
main-card_prototype = Prototyp
main-card_cosine = Kosinus zum Klassenmittel
main-card_angle = Winkel zum Klassenmittel
main-card_mean = Klassenmittel
main-card_unseen = noch nicht gesehen
main-speed_max = max
main-quoted = „{ $words }“
main-other_language = English
main-other_code = EN
main-other_hint = Show everything in English (I)
main-with_space = { $name } (Leertaste)
main-grid = Gitter
main-grid_hint = Punktwolken auf einem quadratischen Gitter in der Ebene.
main-ring = Ring
main-ring_hint = Punktwolken auf einem Ring in der Ebene.
main-digits = Ziffern
main-digits_hint = Handgeschriebene Ziffern, je 8 mal 8 Pixel.
main-groups = Gruppen
main-groups_hint = Klassen in Familien zu fünft, die sich ähnlich sehen.
main-learned = Gelernt
main-learned_hint = psc: Die Prototypen werden mit dem Netz gelernt und bewegen sich.
main-fixed = Fest
main-fixed_hint = fixed: Die Prototypen stehen still, und jeder Name behält den, der ihm zugelost wurde.
main-dynamic = Wandernd
main-dynamic_hint = dynamic: Die Prototypen stehen still, und Namen dürfen Plätze tauschen.
main-cross_entropy = Kreuzentropie
main-cross_entropy_hint = Vergleicht alle Prototypen zugleich; bei kleinem d die stärkere.
main-paper_loss = Aufsatz
main-paper_loss_hint = Zieht jedes Beispiel zu seinem eigenen Prototyp und beachtet die anderen nicht.
main-digits_title = { $classes } handgeschriebene Ziffern
main-grid_title = { $classes } Klassen auf einem Gitter
main-ring_title = { $classes } Klassen auf einem Ring
main-groups_title = { $classes } Klassen in Gruppen
main-published_title = { $classes } Klassen aus { $dataset }
main-subtitle = { $head } · d = { $dim } · Startwert { $seed }
main-three_directions = Zu sehen sind 3 von { $dim } Richtungen: { $share } % der Streuung
main-class_title = Klasse { $name }
main-epoch_shown = Epoche { $epoch } von { $epochs }
main-step_rate = { $rate } Schritte/s
main-frame_rate = { $fps } Bilder/s, 95 % der Bilder in höchstens { $ms } ms
main-steps = { $steps } Schritte
main-at_epoch = Epoche { $epoch }
main-moved_at_epoch = { $count } gewandert
main-failed_with = Das Programm meldet auf Englisch: { $message }
main-diverged_with = Die Schritte waren zu groß, und der Verlust ist keine Zahl mehr. Eine kleinere Lernrate hilft. Die Meldung des Programms: { $message }
main-training = Das Training läuft.
main-training_learned = Das Netz lernt, jedes Beispiel zum Platz seines Namens zu schicken, und auch die Plätze lernen, sich zu bewegen.
main-training_fixed = Das Netz lernt, jedes Beispiel zum Platz seines Namens zu schicken. Jeder Name behält seinen zugelosten Platz.
main-training_dynamic = Das Netz lernt, jedes Beispiel zum Platz seines Namens zu schicken. Bald dürfen die Namen Plätze tauschen.
main-stopped = Angehalten.
main-stopped_then = Starten Sie noch einmal, oder ändern Sie etwas am Aufbau.
main-trained = Fertig: { $top1 } der Testbeispiele richtig.
main-trained_dynamic = { $count ->
    [one] { $count } Name ist gewandert. Zum Vergleich: das feste Verfahren mit demselben Startwert.
   *[other] { $count } Namen sind gewandert. Zum Vergleich: das feste Verfahren mit demselben Startwert.
}
main-trained_fixed = Kein Name ist je gewandert. Zum Vergleich: das wandernde Verfahren mit demselben Startwert.
main-trained_learned = Die Plätze wurden gelernt. Zum Vergleich: das wandernde Verfahren mit demselben Startwert.
main-exhibit = Das engste Paar ist { $angle } auseinander; keine Verteilung kommt über { $bound }.
main-looking_back = Rückblick: Epoche { $epoch }.
main-none_moved_yet = Noch ist kein Name gewandert. „Abspielen“ zeigt es von hier an noch einmal.
main-one_moment = Einen Moment.
main-being_set_up = Daten und Netz werden vorbereitet.
main-run_ended = Der Lauf ist zu Ende.
main-last_state = Die Kugel zeigt seinen letzten Stand.

## Die Liste dessen, was eine Taste kann

keys-title = Was möchten Sie tun?
keys-search = Zum Suchen tippen
keys-nothing = Nichts mit diesem Namen.
keys-play_or_pause = Abspielen oder Pause
keys-step_batch = Schritt: ein Batch
keys-step_epoch = Schritt: eine Epoche
keys-step_matching = Schritt: bis zur nächsten Zuordnung
keys-start_over = Von vorn mit demselben Startwert
keys-new_seed = Von vorn mit einem neuen Startwert
keys-deal = Namen noch einmal auslosen
keys-branch = Abzweigen: von hier an mit anderem Aufbau weiter
keys-one_sphere = Eine Kugel
keys-two_spheres = Zwei Kugeln: daneben ein anderes Verfahren
keys-three_spheres = Drei Kugeln: alle Verfahren
keys-keep = Diesen Aufbau als zweite Kugel behalten
keys-compare = Zwei Verteilungen der Prototypen vergleichen
keys-names = Namen zeigen oder verbergen
keys-pair = Engstes Paar der Prototypen markieren
keys-unroll = Kugel als Karte ausrollen
keys-audience = Für Publikum: größer, ohne Aufbau
keys-back = Zurück in der Zeit: ein Moment
keys-forward = Vor in der Zeit: ein Moment
keys-back_ten = Zurück in der Zeit: zehn Momente
keys-forward_ten = Vor in der Zeit: zehn Momente
keys-first = Zum Anfang des Laufs
keys-live = Zu dem, was jetzt geschieht
keys-share = Link zu diesem Moment kopieren
keys-classroom = Für eine Klasse: wählen, was sie sieht, und Adresse kopieren
keys-film = Einen Film des Laufs speichern, als GIF
keys-lessons = Geführte Lektionen, oder wieder der Aufbau
keys-words = Was die Wörter bedeuten
keys-language = Alles auf Englisch zeigen
keys-this_list = Diese Liste
keys-space = Leertaste
keys-shift = Umschalt { $key }
keys-home = Pos1
keys-end = Ende

## Zweige: eine zweite Kugel, die von einem Moment des Laufs an weiterläuft

branch-name = Abzweigen
branch-hint = { $epoch ->
    [0] Eine zweite Kugel so beginnen wie diesen Lauf, und ihren Aufbau ändern (B)
   *[other] Vom Ende der Epoche { $epoch } an in einer zweiten Kugel weiterlaufen, und ihren Aufbau ändern (B)
}
branch-begun = { $epoch ->
    [0] Die neue Kugel beginnt wie der Lauf. Ändern Sie ihren Aufbau: der Lauf daneben bleibt, wie er ist.
   *[other] Die neue Kugel läuft vom Ende der Epoche { $epoch } an weiter. Ändern Sie ihren Aufbau: der Lauf daneben bleibt, wie er ist.
}
branch-setup_note = { $epoch ->
    [0] Vom Zweig: eine Änderung beginnt ihn neu.
   *[other] Vom Zweig: eine Änderung geht zu Epoche { $epoch } zurück.
}
branch-anew = Das lässt sich mitten im Lauf nicht ändern, darum beginnt alles von vorn.
branch-recorded = Ein aufgezeichneter Lauf enthält keine Zustände, von denen es weitergehen kann.
branch-not_yet = Ein Lauf kann sich verzweigen, sobald er trainiert.
branch-too_large = Dieses Netz ist zu groß, um seine Zustände aufzuheben.
branch-name_from = { $epoch ->
    [0] { $name } (Zweig)
   *[other] { $name } (ab Epoche { $epoch })
}
branch-copied = Kopiert: der Aufbau dieses Zweigs. Er beginnt einen Lauf von vorn, nicht in diesem Moment.

## Läufe nebeneinander

lineup-spheres = Kugeln nebeneinander
lineup-spheres_hint = Läufe mit denselben Daten, demselben Netz und demselben Startwert, die sich in einem unterscheiden.
lineup-keep = Aufbau daneben behalten
lineup-keep_hint = Diesen Aufbau als zweite Kugel behalten und dann ändern: beide starten mit demselben Startwert (K)
lineup-alike = Gleiche Daten, gleiches Netz, gleicher Startwert
lineup-one = Eine
lineup-one_hint = Ein Lauf (1)
lineup-two = Zwei
lineup-two_hint = Daneben derselbe Lauf mit einem anderen Verfahren (2)
lineup-three = Drei
lineup-three_hint = Alle drei Verfahren vom selben Startwert aus (3)
lineup-setting = { $key ->
    [lr] Lernrate { $value }
    [dim] d = { $value }
    [classes] { $value } Klassen
    [dataset] Daten { $value }
    [loss] Verlust { $value }
    [seed] Startwert { $value }
    [epochs] { $value } Epochen
    [batch_size] Batch { $value }
    [assign_period] Zuordnung alle { $value }
    [prototype_method] Verteilung { $value }
    [prototype_t] t = { $value }
   *[other] { $name } { $value }
}
lineup-figures_are = { $count ->
    [one] { $count } Name gewandert · engstes Paar { $angle }°
   *[other] { $count } Namen gewandert · engstes Paar { $angle }°
}
lineup-level = Sie liegen gleichauf.
lineup-ends_ahead = { $points ->
    [one] { $name } endet { $points } Punkt vorn.
   *[other] { $name } endet { $points } Punkte vorn.
}
lineup-is_ahead = { $points ->
    [one] { $name } liegt { $points } Punkt vorn.
   *[other] { $name } liegt { $points } Punkte vorn.
}
lineup-on_test = An Testbeispielen: { $scores }.

## Namen und Prototypen zuordnen

matching-period_name = Zuordnung alle
matching-period_hint = τ′: wie oft Namen und Prototypen neu zugeordnet werden; das tut nur das wandernde Verfahren.
matching-section = Mehr zur Zuordnung
matching-section_hint = Wie die Namen ihren ersten Platz finden, und wonach die Zuordnung geht.
matching-not_learned = Gelernte Prototypen wandern mit ihrer Klasse, da gibt es nichts zuzuordnen.
matching-not_fixed = Das feste Verfahren ordnet einmal zu, vor dem Training, und dann nie wieder.
matching-not_released = Der veröffentlichte Code der Autoren nimmt das verblassende Mittel.
matching-init = Erste Zuordnung
matching-rotation = Prototypen dürfen sich drehen
matching-means = Klassenmittel
matching-random = Zufall
matching-random_hint = Jedem Namen wird ein Platz zugelost, wie im Aufsatz.
matching-geometric = Nach Daten
matching-geometric_hint = Klassen mit ähnlichen Beispielen bekommen von Anfang an Nachbarplätze.
matching-features = Nach Netz
matching-features_hint = Klassen, die das untrainierte Netz nahe zueinander schickt, bekommen Nachbarplätze.
matching-off = Nein
matching-off_hint = Die Plätze bleiben, wo sie sind, und nur Namen wandern, wie im Aufsatz.
matching-on = Ja
matching-on_hint = Bei einer Zuordnung dürfen sich alle Plätze gemeinsam drehen, als ein starrer Körper, dahin, wo die Namen am besten passen.
matching-fading = Verblassend
matching-fading_hint = Jeder Batch verschiebt das Mittel ein wenig, ältere Beispiele verblassen, wie im Aufsatz.
matching-since_last = Seit letzter
matching-since_last_hint = Alle Beispiele seit der letzten Zuordnung zählen gleich, jedes so, wie das Netz es damals sah.
matching-exact = Genau
matching-exact_hint = Alle Trainingsbeispiele, wie das Netz sie bei der Zuordnung sieht; kostet einen weiteren Durchgang.
matching-settings_changed = { $count } geändert
matching-epochs = { $count ->
    [one] { $epochs } Epoche
   *[other] { $epochs } Epochen
}
matching-dealt_count = { $count ->
    [one] { $count } Name neu ausgelost
   *[other] { $count } Namen neu ausgelost
}
matching-moved_count = { $count ->
    [0] kein Name wanderte
    [one] { $count } Name wanderte
   *[other] { $count } Namen wanderten
}
matching-after_epoch = Nach Epoche { $epoch }: { $what }
matching-agreement = Übereinstimmung { $before } → { $after }
matching-more_rings = und { $count } weitere Ringe
matching-dealt_again = Die Namen wurden neu ausgelost.
matching-dealt_again_then = Die nächste Zuordnung wird es richten. Übereinstimmung { $before } → { $after } von { $classes }.
matching-less_than = weniger als { $rise }
matching-rose = die Übereinstimmung stieg um { $rise } auf { $after } von { $classes }.
matching-rose_short = die Übereinstimmung stieg um { $rise } auf { $after } von { $classes }.
matching-none_moved = Kein Name wanderte:
matching-none_moved_then = kein Tausch brächte die Klassen näher zu ihren Plätzen. Übereinstimmung { $after } von { $classes }.
matching-all_turned = Alle Plätze drehten sich gemeinsam:
matching-all_turned_then = { $rose } Kein Name musste wandern.
matching-turned_and_moved = Alle Plätze drehten sich, { $moved }:
matching-is_best = Keine andere Zuordnung hat mehr.
matching-in_rings = { $labels ->
    [1] { $labels } Name wanderte
    [2] { $labels } Namen tauschten die Plätze
   *[other] { $rings ->
        [0] { $labels } Namen wanderten
        [1] { $labels } Namen wanderten in einem Ring
       *[other] { $labels } Namen wanderten in { $rings } Ringen
    }
}

## Prototypen machen

prototypes-method = Prototypen
prototypes-method_hint = Wie die Plätze auf der Kugel verteilt werden, ehe das Training beginnt.
prototypes-method_learned = Im Training gelernt
prototypes-method_file = Aus einer Datei
prototypes-codes = Bekannte Codes
prototypes-t = Temperatur t
prototypes-t_hint = t sagt, wie viel die engsten Paare zählen: bei 2 stoßen sich alle fast gleich stark ab, bei 1.000 nur noch die engsten.
prototypes-t_of_the_paper = 2 im Aufsatz
prototypes-pair_hint = Die beiden Plätze, die sich am nächsten sind: Ihre Klassen verwechselt man am leichtesten, also je weiter dieser Winkel, desto besser.
prototypes-pair_key = engstes Paar der Prototypen
prototypes-pair_key_hint = Die beiden nächsten Plätze auch während des Trainings markieren (P)
prototypes-compare = Vergleichen
prototypes-compare_t2 = Mit t = 2 vergleichen
prototypes-compare_paper = Mit t = 2 des Aufsatzes vergleichen
prototypes-compare_best = Mit der besten vergleichen
prototypes-compare_hint = Dieselben Plätze auf eine zweite Art verteilen, vom selben Anfang aus, und beide nebeneinander sehen (C)
prototypes-compare_end = Zurück zum Training
prototypes-compare_wait = Wird gemacht
prototypes-spreading = Verteilen
prototypes-no_polygon = Ein Vieleck liegt in der Ebene: dazu d = 2 wählen.
prototypes-code_too_large = Nur im Terminal: ein so großer Code hielte das Bild auf.
prototypes-no_tiled = Nur im Terminal: --prototypes --method tiled.
prototypes-auto = Automatisch
prototypes-auto_note = Die beste der anderen für diese Klassen.
prototypes-simplex = Simplex
prototypes-simplex_note = Alle Paare gleich weit auseinander.
prototypes-cross_polytope = Kreuzpolytop
prototypes-cross_polytope_note = Die beiden Enden jeder Achse.
prototypes-polygon = Vieleck
prototypes-polygon_note = Gleichmäßig auf dem Ring.
prototypes-annealed = Geglüht
prototypes-annealed_note = t steigt, bis nur noch die engsten Paare stoßen.
prototypes-tiled = Gekachelt
prototypes-tiled_note = Geglüht in Kacheln, ab zehntausend Klassen.
prototypes-uniformity = Aufsatz, t fest
prototypes-uniformity_note = Die Gleichmäßigkeit des Aufsatzes, mit einem t.
prototypes-released = Skript der Autoren
prototypes-released_note = Was das veröffentlichte Skript tut, bei t = 2.
prototypes-random = Gewürfelt
prototypes-random_note = Auf die Kugel geworfen und so gelassen.
prototypes-hpn = HPN
prototypes-hpn_note = Jeder Platz flieht den nächsten, wie in HPN (2019).
prototypes-etf = Gedrehter Simplex
prototypes-etf_note = Ein zufällig gedrehter Simplex, wie in ETF (2022).
prototypes-code_note = { $points } Punkte in { $dim } Dimensionen, mit Algebra gefunden.
prototypes-papers_at = Aufsatz, { $t }
prototypes-simplex_too_small = Hat { $corners } Ecken in { $dim } Dimensionen, zu wenige für { $count } Klassen.
prototypes-axes_too_few = { $dim } Achsen haben { $ends } Enden, zu wenige für { $count } Klassen.
prototypes-code_needs = Braucht d = { $dim } oder mehr.
prototypes-code_too_small = Hat { $points } Punkte, zu wenige für { $count } Klassen.
prototypes-one_start = d = { $dim } · Startwert { $seed } · beide vom selben Anfang
prototypes-no_more_than = keine Verteilung kommt über { $bound }
prototypes-at_most = von höchstens { $bound }
prototypes-best_possible = engstes Paar; bewiesen das bestmögliche
prototypes-share_of_bound = engstes Paar, { $share } % der { $bound }, über die keine Verteilung kommt
prototypes-spread_papers = Die Plätze verteilen sich wie im Aufsatz, bei t = { $t }.
prototypes-spread_released = Die Plätze verteilen sich wie im Skript der Autoren, bei t = 2.
prototypes-spread_simplex = Die Plätze verteilen sich auf die Ecken eines Simplex.
prototypes-spread_axes = Die Plätze verteilen sich auf die Enden der Achsen.
prototypes-spread_polygon = Die Plätze verteilen sich gleichmäßig auf dem Ring.
prototypes-spread_code = Die Plätze verteilen sich auf Punkte von { $code }.
prototypes-spread = Die Plätze verteilen sich.
prototypes-few_push = Steigt t, stoßen sich nur noch die engsten ab.
prototypes-a_spot_each = Jeder der { $classes } Punkte ist ein Platz für eine Klasse.
prototypes-closest_two = Engstes Paar: { $angle }; { $limit }.
prototypes-two_ways = Zwei Verteilungen.
prototypes-second_coming = Die zweite wird gerade gemacht.
prototypes-left_and_right = Das engste Paar endet links bei { $left }, rechts bei { $right }. Plätze, die sich fast berühren, verwechselt man leicht.

## Links, Befehle und Dateien

sharing-share = Teilen und speichern
sharing-share_hint = Link oder Befehl kopieren, Bilder und Zahlen speichern (S kopiert den Link)
sharing-copy_link = Link zu diesem Stand kopieren
sharing-copy_command = Terminal-Befehl kopieren
sharing-copy_command_hint = Der Befehl, der denselben Lauf ohne Fenster trainiert
sharing-save_svg = Bild als SVG
sharing-save_png = Bild als PNG, viermal so scharf
sharing-save_csv = Kurven als CSV
sharing-save_json = Alles als JSON
sharing-link_copied = Link kopiert. Wer ihn öffnet, sieht diesen Lauf in diesem Moment.
sharing-fragment_copied = Kopiert. Hängen Sie es an die Adresse der Seite, oder öffnen Sie es mit dl2pa-app --open.
sharing-leaves_out_points = Dieser Link lässt Ihre Daten weg: es sind zu viele Punkte dafür.
sharing-command_copied = Befehl kopiert. Fügen Sie ihn in ein Terminal ein.
sharing-nothing_to_save = Noch gibt es nichts zu speichern: warten Sie auf das erste Bild.
sharing-close = Meldung schließen
sharing-cannot_open = { $why } Der Spielplatz beginnt wie sonst.
sharing-cannot_make = Die Datei ließ sich nicht machen ({ $cause }).
sharing-saved_here = { $name } liegt bei Ihren Downloads.
sharing-saved_in = { $name } ist in { $folder } gespeichert.
sharing-cannot_save = { $name } wurde nicht gespeichert ({ $cause }).
sharing-foreign_link = Das ist kein Link des Spielplatzes: er sollte mit #state=1. und vielen Buchstaben weitergehen. Kopieren Sie ihn ganz.
sharing-damaged_link = Dieser Link ist beschädigt, Buchstaben fehlen oder sind verändert: kopieren Sie ihn noch einmal, ganz.
sharing-newer_link = Dieser Link stammt von einem neueren Spielplatz (sein Format ist { $version }, dieser hier liest höchstens { $known }): laden Sie die Seite neu, oder erneuern Sie das Programm.
sharing-oversized_link = Dieser Link ist zu groß für einen des Spielplatzes: fragen Sie noch einmal dort nach, woher er kam.
sharing-refused_link = Dieser Link verlangt einen Lauf, den es nicht geben kann: { $cause }
sharing-link_of_files = Ein Link kann keinen Lauf auf den Daten `{ $dataset }` oder mit einer Datei von Prototypen enthalten, denn die liegen in Dateien: kopieren Sie stattdessen den Befehl.
sharing-long_link = Der Link bräuchte { $chars } Zeichen, und Platz ist für { $most }: speichern Sie den Aufbau stattdessen in einer Datei.
sharing-unknown_setting = In { $place } gibt es keine Einstellung `{ $key }`; am nächsten kommt `{ $nearest }`.
sharing-bad_setting = In { $place } ist `{ $key }` nicht zu lesen ({ $cause }).

## Für eine Klasse

classroom-offer = Für eine Klasse ...
classroom-title = Für eine Klasse
classroom-note = Wählen Sie, was die Klasse von diesem Lauf sieht, und geben Sie ihr die Adresse.
classroom-sees = Die Klasse sieht
classroom-sees_hint = Was kein Häkchen hat, hat keinen Knopf, keine Taste und keinen Platz in der Liste der Befehle.
classroom-setup = Den Aufbau des Laufs
classroom-plots = Die Kurven
classroom-why = Warum Namen umziehen
classroom-lessons = Die geführten Lektionen
classroom-speed = Das Tempo
classroom-seed = Den Startwert mit Würfel
classroom-share = Teilen und speichern
classroom-begins = Der Lauf beginnt
classroom-at_start = Angehalten, am Anfang
classroom-playing = Von selbst
classroom-here = Angehalten, hier
classroom-here_hint = In dem Moment, den Sie jetzt sehen
classroom-language = Sprache
classroom-theirs = Die der Lesenden
classroom-theirs_hint = Wie jeder Browser es wünscht, sonst Englisch
classroom-english = English
classroom-german = Deutsch
classroom-form = Weitergeben als
classroom-link = Link
classroom-frame = Rahmen in einer eigenen Seite
classroom-frame_hint = Ein iframe: die Bühne und was sie bewegt, zum Einfügen in das HTML einer Seite
classroom-large = Groß, für einen Beamer
classroom-address = Adresse
classroom-copy = Kopieren
classroom-close = Schließen
classroom-link_copied = Link für die Klasse kopiert.
classroom-frame_copied = Rahmen kopiert. Fügen Sie ihn in das HTML Ihrer Seite ein.
classroom-frame_title = Spielplatz: Namen finden ihren Platz auf einer Kugel

## Ein Film des Laufs

film-offer = Film als GIF
film-progress = Der Film entsteht: Bild { $done } von { $all }
film-how_to_end = Esc oder ein Klick hierher bricht ab.
film-under_way = Ein Film des Laufs entsteht. Esc bricht ab.
film-given_up = Der Film wurde abgebrochen. Nichts ist gespeichert.
film-too_short = Noch gibt es keinen Film: der Lauf hat erst einen Moment gezeigt. Lassen Sie ihn kurz trainieren und versuchen Sie es noch einmal.

## Die erste Minute

tour-take_over = Berühren Sie etwas, um zu übernehmen
tour-now_you = Jetzt Sie
tour-deal_again = Namen neu auslosen
tour-deal_again_hint = Lost jedem Namen einen Platz zu: Wandernd findet zurück, Fest muss damit leben
tour-three_heads = Alle drei Verfahren
tour-first_lesson = Lektion 1 beginnen
tour-spreading = Jeder Punkt ist der Platz, auf dem eine Klasse landen soll.
tour-spreading_then = Sie rücken auseinander, damit man keine zwei Klassen leicht verwechselt.
tour-dealt = Die Namen wurden auf die Plätze ausgelost.
tour-dealt_then = Nun lernt ein kleines Netz, jedes Beispiel zum Platz seines Namens zu schicken.
tour-moved = Manche Klassen landeten näher am Platz eines anderen Namens.
tour-moved_then = Also tauschen Namen, wo es allen zusammen hilft. Die Plätze bleiben.
tour-beside = Derselbe Lauf zweimal.
tour-beside_then = Gleiche Daten, gleiches Netz, gleicher Anfang. Links darf nie ein Name wandern.

## Warum Namen wanderten

why-tab = Warum
why-tab_hint = Warum Namen wanderten: wer wessen Platz nahm, was es brachte, und der Beweis
why-earlier = Frühere Zuordnung
why-later = Spätere Zuordnung
why-last_moving = Die letzte zeigen, die Namen bewegte
why-formula = Die Regel
why-formula_note = Von allen Arten, jeder Klasse y einen eigenen Prototyp A(y) zu geben, gilt die, bei der Klassenmittel m und Prototypen w am besten übereinstimmen.
why-matrix = Jedes Paar
why-matrix_note = Eine Zeile je Klasse, eine Spalte je Prototyp.
why-by_number = Nummer
why-by_number_hint = Prototypen in ihrer eigenen Reihenfolge.
why-diagonal = Diagonale
why-diagonal_hint = Der jetzige Prototyp jeder Klasse auf der Diagonale, gewanderte Namen zuerst.
why-by_cosine = Kosinus
why-by_cosine_hint = Wie ähnlich sich Klassenmittel und Prototyp sind.
why-by_slack = Spielraum
why-by_slack_hint = Preis der Klasse + Preis des Prototyps − Kosinus: was dieses Paar mindestens verschenken würde.
why-box_now = jetzt
why-box_before = vorher
why-now = jetzt
why-after = danach
why-formula_name = A Stern ist die Zuordnung A mit der größten Summe über y von m von y mal w von A von y
why-no_matching = Nichts zuzuordnen
why-no_matching_body = Beim gelernten Verfahren zieht jede Klasse ihren Platz mit sich, also wechselt nie ein Name seinen Platz. Wählen Sie das wandernde Verfahren, um Namen wandern zu sehen.
why-stay = Namen bleiben, wo sie zugelost wurden
why-stay_body = Das feste Verfahren ordnet einmal zu, vor dem Training, und nie wieder. Wählen Sie das wandernde mit demselben Startwert, um zu sehen, was es ändern würde.
why-not_yet = Noch keine Zuordnung
why-not_yet_body = { $count ->
    [one] Nach jeder Epoche
   *[other] Alle { $period }
} werden Namen und Plätze neu zugeordnet. Dann steht hier, welche Namen wanderten, was es brachte, und warum nichts anderes besser gewesen wäre.
why-forgotten = Zu lange her
why-forgotten_body = Nur die letzten Zuordnungen behalten, was sie sahen, um Speicher zu sparen. Wählen Sie eine spätere.
why-too_many = Zu viele Klassen zum Auslegen
why-too_many_body = Bei mehr als 300 Klassen hat die Tabelle hier keinen Platz. Der Strich auf der Zeitachse sagt, was wanderte.
why-odd = Diese Zuordnung ist nicht zu lesen
why-odd_body = Ihre Klassenmittel oder Prototypen passen nicht zu ihren Namen. Starten Sie noch einmal mit demselben Startwert, um sie neu zu machen.
why-at_epoch = Nach Epoche { $epoch }
why-dealt = { $count ->
    [one] { $count } Name ausgelost
   *[other] { $count } Namen ausgelost
}
why-none_moved = kein Name wanderte
why-rounding = 0 (Rundung)
why-first_move = { $name } → Prototyp { $prototype }
why-ring_told = { $moves }{ $more ->
    [0] { "" }
   *[other] { " " }und { $more } weitere
}: { $count ->
    [one] { "" }
   *[other] zusammen{ " " }
}{ $gain }.
why-was_dealt = Das wurde ausgelost, nicht gewählt, kann also auch verlieren.
why-one_loses = Nur { $name } verliert dabei { $loss }, damit die anderen mehr gewinnen.
why-some_lose = { $count } davon verlieren dabei, am meisten { $name } ({ $loss }), damit die anderen mehr gewinnen.
why-nothing_gained = Das ist so gut wie nichts: beide Arten sind fast gleich.
why-both_gain = Beide gewinnen dabei.
why-each_gains = Jeder von ihnen gewinnt dabei.
why-without = Ohne diesen Ring wäre die Summe { $without } statt { $total }.
why-no_label_moved = Kein Name wanderte.
why-no_better = Kein Tausch von Namen ergibt mehr als { $total }.
why-total_stays = Die Summe bleibt { $total }.
why-turned_first = Zuerst drehten sich alle Plätze gemeinsam, als ein starrer Körper: { $before } → { $after }.
why-stayed_at = { $name } blieb bei Prototyp { $prototype } (Kosinus { $cosine }).
why-would_take = Für sich allein nähme { $name } Prototyp { $prototype } (Kosinus { $cosine }). Dann ist die beste Summe um { $cost } kleiner.
why-has_favourite = Kein Prototyp ist dem Mittel von { $name } näher.
why-unseen = Von { $name } war noch kein Beispiel zu sehen, also passt jeder Prototyp gleich gut.
why-move_is = { $name }: Prototyp { $from } nach { $to }, Kosinus { $before } nach { $after }
why-and_more = und { $count } weitere
why-ring_is = { $count ->
    [one] Ring { $place } mit { $count } Namen, { $gain }
   *[other] Ring { $place } mit { $count } Namen, { $gain }
}
why-score_of_one = Wert dieses Namens
why-score_of_these = Wert dieser { $count }
why-others = { $count ->
    [one] { $count } anderer
   *[other] { $count } andere
}
why-cell_is = { $name } · Prototyp { $prototype } · { $cosine }
why-matrix_is = Wertetabelle von { $classes } Klassen und { $prototypes } Prototypen, Pfeiltasten bewegen. { $cell }

## Was ein verbotener Platz kostet, und der Beweis

doubt-what_if = Und wenn nicht?
doubt-allow = Wieder erlauben
doubt-proof = Der Beweis
doubt-proof_note = Jede Klasse und jeder Prototyp bekommt einen Preis, sodass bei jedem Paar beide Preise zusammen mindestens sein Kosinus sind. Dann kann die Summe keiner Zuordnung über die aller Preise kommen.
doubt-proof_gap = Schranke − Summe
doubt-proof_chosen = Größter Spielraum eines gewählten Paars
doubt-forbid_pair = { $name } → Prototyp { $prototype } verbieten
doubt-costs_nothing = Es würde nichts kosten: eine andere Zuordnung ist gleich gut.
doubt-would_cost = Es würde { $cost } kosten.
doubt-would_go = { $name } ginge zu Prototyp { $prototype }
doubt-would_follow = { $name } zu { $prototype }
doubt-best_without = Die beste Summe ohne ihn ist { $total }. { $moves }{ $more ->
    [0] { "" }
   *[other] { " " }und { $more } weitere würden wandern
}.
doubt-proven = Bewiesen:
doubt-proven_then = die Summe erreicht die Schranke, also ist nichts höher.
doubt-not_best = Nicht die beste:
doubt-not_best_then = sie wurde ausgelost. Die beste Summe ist { $best }.
doubt-not_proven = Nicht bewiesen:
doubt-not_proven_then = die Summe liegt { $gap } unter der Schranke.
doubt-class_prices = Preise aller Klassen
doubt-prototype_prices = Preise aller Prototypen
doubt-bound = Schranke: beide zusammen
doubt-total = Summe dieser Zuordnung
doubt-least_slack = Kleinster Spielraum von { $pairs } Paaren

## Was die Wörter bedeuten

glossary-title = Wörter
glossary-nothing = Kein Wort mit diesem Namen.
glossary-space = Metrischer Raum
glossary-space_is = Wohin das Netz Beispiele schickt: auf eine Kugel in d Dimensionen. Wer sich dort nahe ist, gilt als ähnlich. Abbildung 1.
glossary-prototype = Prototyp
glossary-prototype_is = Ein Platz auf der Kugel, der für eine Klasse steht. Ein Beispiel gehört zur Klasse mit dem nächsten Prototyp. Abbildung 1.
glossary-label = Name (Label)
glossary-label_is = Der Name einer Klasse. Beim wandernden Verfahren darf er von einem Prototyp zum anderen wandern. Abbildung 1c.
glossary-class_mean = Klassenmittel
glossary-class_mean_is = Die Richtung, in der die Beispiele einer Klasse im Mittel liegen. Danach geht die Zuordnung, nicht nach einzelnen Beispielen.
glossary-assignment = Belegung
glossary-assignment_is = Welcher Name welchen Prototyp hat, jeder einen eigenen. In der Formel heißt sie A.
glossary-matching = Zuordnung
glossary-matching_is = Die Belegung wählen, in der Klassenmittel und Prototypen zusammen am besten übereinstimmen. Das Verfahren von Kuhn und Munkres findet eine beste. Abbildung 1c.
glossary-agreement = Übereinstimmung
glossary-agreement_is = Die Summe der Kosinus zwischen jedem Klassenmittel und seinem Prototyp: so groß wie die Zahl der Klassen, wenn alle genau darauf liegen.
glossary-ring = Ring
glossary-ring_is = Namen, die ihre Prototypen weitergeben: jeder nimmt den des nächsten. Einer darf verlieren; alle zusammen gewinnen.
glossary-cosine = Kosinus
glossary-cosine_is = Wie ähnlich zwei Richtungen sind: 1 ist dieselbe, 0 ein rechter Winkel, −1 die entgegengesetzte.
glossary-head = Kopf (Verfahren)
glossary-head_is = Der letzte Teil des Netzes, der aus einem Punkt der Kugel eine Klasse macht. Hier sagt er, was gelernt wird und was stillsteht. Abbildung 1.
glossary-closest = Engstes Paar
glossary-closest_is = Die beiden Prototypen mit dem kleinsten Winkel. Sie bestimmen, wie leicht man zwei Klassen verwechselt. Abbildung 2c.
glossary-average = Mittlerer Winkel (APAD)
glossary-average_is = Das Mittel über alle Paare von Prototypen. Es kann vollkommen aussehen, während manche aufeinanderliegen. Abbildung 2a.
glossary-uniformity = Gleichmäßigkeit
glossary-uniformity_is = Was der Aufsatz klein macht, um die Prototypen zu verteilen: alle Paare stoßen sich ab, enge stärker. Gleichungen 4 und 5.
glossary-temperature = Temperatur t
glossary-temperature_is = Wie viel enge Paare beim Verteilen zählen. Der Aufsatz nimmt 2; wird t Stück für Stück erhöht, stoßen zuletzt nur die engsten.
glossary-simplex = Simplex
glossary-simplex_is = Punkte, die alle gleich weit auseinander sind, wie die Ecken eines Tetraeders. Es gibt ihn, solange d mindestens die Zahl der Klassen weniger eins ist.
glossary-loss = Verlust
glossary-loss_is = Die Zahl, die das Training klein macht: wie weit Beispiele von dort entfernt sind, wo sie hingehören.
glossary-logit = Logit
glossary-logit_is = Der Wert einer Klasse für ein Beispiel, ehe er zur Wahrscheinlichkeit wird: hier der Kosinus mit ihrem Prototyp, mal ein Faktor.
glossary-batch = Batch
glossary-batch_is = Die wenigen Beispiele, die ein Trainingsschritt ansieht.
glossary-epoch = Epoche
glossary-epoch_is = Ein Durchgang durch alle Trainingsbeispiele. Gewöhnlich wird nach jeder zugeordnet. Abbildung 3b fragt, wie oft am besten ist.
glossary-rate = Lernrate
glossary-rate_is = Wie weit ein Schritt das Netz verschiebt. Zu klein ist langsam, zu groß entgleist.
glossary-seed = Startwert
glossary-seed_is = Die Zahl, aus der aller Zufall eines Laufs gezogen wird. Derselbe Startwert auf demselben Gerät ergibt denselben Lauf.
glossary-top1 = Testgenauigkeit (top-1)
glossary-top1_is = Der Anteil nie gelernter Beispiele, deren nächster Prototyp ihren eigenen Namen trägt.
glossary-tail = Langer Schwanz (long tail)
glossary-tail_is = Daten, in denen wenige Klassen viele Beispiele haben und die meisten wenige, wie in der Natur. Auch daran prüft der Aufsatz sein Verfahren.

## Der Rechner, auf dem es läuft

host-on_cpu = Training auf der CPU
host-on_gpu = Training auf der GPU: { $name }
host-simulated_gpu = Die CPU ahmt diese GPU nach, deshalb ist das Training langsam: wählen Sie die CPU, um direkt zu trainieren.
host-no_webgpu = Kein WebGPU in diesem Browser: WebGL zeichnet, die CPU trainiert.
host-simulated_webgpu = Die CPU ahmt hier die GPU nach: WebGL zeichnet, die CPU trainiert.
host-unknown_device = Die Seite trainiert mit ?device=auto, gpu oder cpu; sie hat selbst gewählt.
host-gpu_lost = Die GPU arbeitet nicht mehr ({ $cause }). Laden Sie die Seite neu, oder fügen Sie der Adresse ?device=cpu hinzu.
host-training_ended = Das Training brach unerwartet ab. Schließen und öffnen Sie den Spielplatz; geschieht es wieder, trainieren Sie auf der CPU.

## Eigene Daten und aufgezeichnete Läufe

own-own = Eigene
own-own_hint = Punkte, die Sie zeichnen, oder eine eigene Tabelle.
own-square = Fläche zum Zeichnen von Punkten
own-square_hint = Ein Klick setzt einen Punkt, Ziehen viele; die rechte Taste nimmt sie weg.
own-add_class = Klasse hinzufügen
own-erase = Radieren
own-clear = Leeren
own-save = Als CSV
own-paste = Tabelle einfügen
own-paste_field = Tabelle zum Lernen
own-paste_example = 5.1, 3.5, Lilie
    6.2, 2.9, Rose
own-learn = Diese Tabelle lernen
own-drop_a_file = Oder eine CSV- oder .npy-Datei hierher ziehen.
own-stays_here = Alles bleibt hier: Nichts wird verschickt.
own-drop = Hier loslassen
own-drop_note = Eine Tabelle (.csv, .npy) wird gelernt, ein aufgezeichneter Lauf (.jsonl) wieder gezeigt.
own-square_full = Die Fläche ist voll: Nehmen Sie zuerst Punkte weg.
own-too_few_points = Ab zwei Klassen und fünf Punkten beginnt das Training.
own-put_points = Klicken setzt Punkte von { $class }
own-draw_class = Klasse { $class } zeichnen
own-size = { $rows } Zeilen mit { $features ->
    [one] { $features } Zahl
   *[other] { $features } Zahlen
} in { $classes } Klassen
own-begins = { $name } wird gelernt: { $size }. Alles bleibt hier: Nichts wird verschickt.
own-refused = { $name } lässt sich nicht lernen. { $cause }
own-unread = { $name } ließ sich nicht lesen ({ $cause }).
own-awaited = Der Lauf dieses Links lernt { $name }; die Datei blieb bei dem, der den Link gemacht hat. Ziehen Sie sie hierher.
own-missing = { $name } ist nicht mehr da: Ziehen Sie die Datei noch einmal hierher.
own-command_copied = Befehl kopiert. Er liest { $name }: Führen Sie ihn dort aus, wo diese Datei liegt.
own-title = { $classes } Klassen aus { $name }
own-save_run = Lauf, zum Wiederöffnen
own-shown_again = { $name } wird wieder gezeigt: { $epochs } Epochen. { $unknown }.
own-shown_cut = { $name } wird wieder gezeigt: { $epochs } Epochen. { $unknown }. Die Datei endet vor dem Lauf.
own-recorded = Aufgezeichneter Lauf, ohne { $list }
own-list = { $list } und { $last }
own-samples = Beispiele
own-means = Klassenmittel
own-labels = Namen
own-moves = die Bewegung der Prototypen
own-not_shown = { $name } lässt sich nicht zeigen. { $cause }
