//! Each layout, from a tree as small as can be.

use std::fs;

use tempfile::TempDir;

use super::*;

/// A folder with empty files at `files` and texts at `texts`.
fn tree(files: &[&str], texts: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files.iter().map(|name| (name, &"")).chain(texts.iter().map(|(name, text)| (name, text))) {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

/// A clip in words: file, labels, fold and source.
fn told(labelled: &LabelledClips) -> Vec<String> {
    let tell = |item: &LabelledClip| {
        let labels: Vec<&str> = item.classes.iter().map(|class| labelled.classes[*class].as_str()).collect();
        let [fold, source] = [&item.fold, &item.source].map(|it| it.as_deref().unwrap_or("-"));
        let name = item.path.file_name().unwrap().to_str().unwrap();
        format!("{name} {} {fold} {source}", labels.join("+"))
    };
    labelled.items.iter().map(tell).collect()
}

#[track_caller]
fn read_labelled(path: &Path, layout: &str) -> LabelledClips {
    let data = DataSet::read(path, None).unwrap();
    assert_eq!(data.layout.name, layout);
    let Content::Labelled(labelled) = data.content else { panic!("captions") };
    labelled
}

/// Reads `folder` and then what lies at `inside` of it, as `layout`.
#[track_caller]
fn check(folder: &TempDir, inside: &str, layout: &str, expected: &[&str]) {
    for path in [folder.path().to_owned(), folder.path().join(inside)] {
        assert_eq!(told(&read_labelled(&path, layout)), expected, "{}", path.display());
    }
}

#[test]
fn esc50_as_it_is_unpacked_and_as_a_list_with_other_columns() {
    let list = "filename,fold,target,category,esc10,src_file,take\n1-100-A-0.wav,1,0,dog,True,100,A\n\
                2-200-B-14.wav,2,14,chirping_birds,False,200,B\n";
    let folder = tree(&["audio/1-100-A-0.wav", "audio/2-200-B-14.wav"], &[("meta/esc50.csv", list)]);
    check(&folder, "meta/esc50.csv", "esc50", &["1-100-A-0.wav dog 1 100", "2-200-B-14.wav chirping_birds 2 200"]);
    // Without a column for it, the source is in the file's name.
    let list = "file,fold,category\naudio/1-100-A-0.ogg,1,dog\naudio/2-200-B-14.ogg,2,chirping birds\n";
    let folder = tree(&["audio/1-100-A-0.ogg"], &[("esc50.csv", list)]);
    check(&folder, "esc50.csv", "esc50", &["1-100-A-0.ogg dog 1 100"]);
    let labelled = read_labelled(folder.path(), "esc50");
    assert_eq!(labelled.missing, [PathBuf::from("audio/2-200-B-14.ogg")]);
    assert_eq!(labelled.classes, ["dog"], "a class without a sound is none");
}

#[test]
fn urbansound8k() {
    let list = "slice_file_name,fsID,start,end,salience,fold,classID,class\n100-3-0-0.wav,100,0,0.3,1,5,3,dog_bark\n\
                100-3-0-1.wav,100,1,1.3,1,5,3,dog_bark\n7-1-0-0.wav,7,0,4,1,10,1,car_horn\n";
    let files = ["audio/fold5/100-3-0-0.wav", "audio/fold5/100-3-0-1.wav", "audio/fold10/7-1-0-0.wav"];
    let folder = tree(&files, &[("metadata/UrbanSound8K.csv", list)]);
    let expected = ["100-3-0-0.wav dog_bark 5 100", "100-3-0-1.wav dog_bark 5 100", "7-1-0-0.wav car_horn 10 7"];
    check(&folder, "metadata/UrbanSound8K.csv", "urbansound8k", &expected);
}

#[test]
fn fsd50k_has_several_labels_a_clip() {
    let dev = "fname,labels,mids,split\n64760,\"Electric_guitar,Guitar,Music\",/m/02sgy,train\n";
    let eval = "fname,labels,mids\n37199,Guitar,/m/0342h\n";
    let files = ["FSD50K.dev_audio/64760.wav", "FSD50K.eval_audio/37199.wav"];
    let lists = [("FSD50K.ground_truth/dev.csv", dev), ("FSD50K.ground_truth/eval.csv", eval)];
    let folder = tree(&files, &lists);
    check(&folder, ".", "fsd50k", &["64760.wav Electric_guitar+Guitar+Music dev -", "37199.wav Guitar eval -"]);
    assert_eq!(read_labelled(folder.path(), "fsd50k").labelling, Labelling::Multiple);
}

#[test]
fn speech_commands_know_their_speakers_and_leave_the_noise_out() {
    let files = ["no/a1_nohash_0.wav", "yes/a1_nohash_0.wav", "yes/b2_nohash_1.wav", "_background_noise_/pink.wav"];
    let lists = [("testing_list.txt", "yes/b2_nohash_1.wav\n"), ("validation_list.txt", "no/a1_nohash_0.wav\n")];
    let expected =
        ["a1_nohash_0.wav no validation a1", "a1_nohash_0.wav yes training a1", "b2_nohash_1.wav yes testing b2"];
    check(&tree(&files, &lists), ".", "speech-commands", &expected);
}

#[test]
fn folders_of_classes_and_gtzans() {
    let expected = ["blues.00000.wav blues - -", "rock.00000.wav rock - -"];
    let genres = tree(&["genres/blues/blues.00000.wav", "genres/rock/rock.00000.wav"], &[]);
    check(&genres, "genres", "gtzan", &expected);
    let copy = tree(&["genres_original/blues/blues.00000.wav", "genres_original/rock/rock.00000.wav"], &[]);
    check(&copy, "genres_original", "gtzan", &expected);
    let plain = tree(&["blues/blues.00000.wav", "rock/rock.00000.wav", "notes/a.txt"], &[]);
    check(&plain, ".", "folders", &expected);
}

#[test]
fn a_list_may_say_what_a_sound_was_called() {
    let list = "path,label,title\na.wav,dog,Rose barks\nb.wav,cat,\n";
    let folder = tree(&["a.wav", "b.wav"], &[("list.csv", list)]);
    let titles = |labelled: LabelledClips| labelled.items.into_iter().map(|item| item.title).collect::<Vec<_>>();
    assert_eq!(titles(read_labelled(folder.path(), "csv")), [Some("Rose barks".to_owned()), None]);
    let list = "file,fold,category,title\na.wav,1,dog,rose_bark\n";
    let folder = tree(&["audio/a.wav"], &[("esc50.csv", list)]);
    assert_eq!(titles(read_labelled(folder.path(), "esc50")), [Some("rose_bark".to_owned())]);
}

#[test]
fn any_list_with_a_path_and_a_label() {
    for (list, expected) in [
        ("path,label\na.wav,dog\nsub/b.flac,cat\n", ["a.wav dog - -", "b.flac cat - -"]),
        (
            "\u{feff}File,Class,Split,Group\na.wav,dog,train,x\nb.flac,cat,test,y\n",
            ["a.wav dog train x", "b.flac cat test y"],
        ),
        ("fname;labels\na;dog\nb;cat\n", ["a.wav dog - -", "b.flac cat - -"]),
        ("filename\ttags\na.wav\tdog | bark\nb.flac\tcat;dog\n", ["a.wav bark+dog - -", "b.flac cat+dog - -"]),
        // Rows of one file are one clip.
        ("path,label\na.wav,dog\nb.flac,cat\na.wav,bark\n", ["a.wav bark+dog - -", "b.flac cat - -"]),
    ] {
        let folder = tree(&["a.wav", "sub/b.flac"], &[("meta/list.csv", list)]);
        check(&folder, "meta/list.csv", "csv", &expected);
        let is_multiple = read_labelled(folder.path(), "csv").labelling == Labelling::Multiple;
        assert_eq!(is_multiple, expected.join("").contains('+'), "{list}");
    }
}

#[track_caller]
fn check_captions(path: &Path, layout: &str, expected: &[(&str, usize, Option<&str>)]) -> CaptionedClips {
    let data = DataSet::read(path, None).unwrap();
    assert_eq!(data.layout.name, layout);
    let Content::Captioned(captioned) = data.content else { panic!("labels") };
    let tell = |clip: &CaptionedClip| {
        let name = clip.path.file_name().unwrap().to_str().unwrap().to_owned();
        (name, clip.captions.len(), clip.fold.clone())
    };
    let found: Vec<_> = captioned.clips.iter().map(tell).collect();
    let expected: Vec<_> =
        expected.iter().map(|(name, count, fold)| (name.to_string(), *count, fold.map(str::to_owned))).collect();
    assert_eq!(found, expected);
    captioned
}

#[test]
fn clothos_clips_have_five_captions_and_its_evaluation_part_is_what_is_evaluated() {
    let list =
        |name: &str| format!("file_name,caption_1,caption_2,caption_3,caption_4,caption_5\n{name},a,b,c,d,\"e, f\"\n");
    let (development, evaluation) = (list("Rain on tin.wav"), list("Birds 2.wav"));
    let lists = [
        ("clotho_captions_development.csv", development.as_str()),
        ("clotho_captions_evaluation.csv", evaluation.as_str()),
    ];
    let folder = tree(&["development/Rain on tin.wav", "evaluation/Birds 2.wav"], &lists);
    let expected = [("Rain on tin.wav", 5, Some("development")), ("Birds 2.wav", 5, Some("evaluation"))];
    let mut captioned = check_captions(folder.path(), "clotho", &expected);
    captioned.keep_folds(&[]).unwrap();
    assert_eq!(captioned.clips.len(), 1);
    assert_eq!(captioned.clips[0].captions[4], "e, f");
    check_captions(&folder.path().join("clotho_captions_development.csv"), "clotho", &expected[..1]);
}

#[test]
fn audiocaps_rows_of_one_clip_are_its_captions_however_the_file_is_called() {
    let list = "audiocap_id,youtube_id,start_time,caption\n1,abc,30,a dog\n2,abc,30,it barks\n3,x-_y,0,rain\n4,gone,5,no\n\
                5,last,7,a bell\n";
    for names in [["abc", "x-_y", "last"], ["Yabc", "Yx-_y_0_10000", "last_7"], ["abc_30", "x-_y_0_10", "5"]] {
        let files = names.map(|name| format!("test/{name}.flac"));
        let files: Vec<&str> = files.iter().map(String::as_str).collect();
        let folder = tree(&files, &[("test.csv", list)]);
        let names = names.map(|name| format!("{name}.flac"));
        let expected =
            [(names[0].as_str(), 2, Some("test")), (&names[1], 1, Some("test")), (&names[2], 1, Some("test"))];
        let captioned = check_captions(folder.path(), "audiocaps", &expected);
        assert_eq!(captioned.missing, [PathBuf::from("gone_5")]);
    }
}

#[test]
fn a_plain_list_of_captions() {
    let list = "path,caption\na.wav,a dog\nb.wav,rain\na.wav,it barks\n";
    let folder = tree(&["a.wav", "b.wav"], &[("captions.csv", list)]);
    check_captions(folder.path(), "captions", &[("a.wav", 2, None), ("b.wav", 1, None)]);
}

/// The message of `error` with all that it carries.
fn in_full(error: &Error) -> String {
    format!("{error} {error:?}")
}

#[test]
fn what_no_layout_fits_is_refused_with_those_that_are_known() {
    let folder = tree(&["a.wav", "notes.txt"], &[("empty.csv", "path,label\nnone.wav,dog\n")]);
    let refusal = |path: PathBuf, layout| in_full(&DataSet::read(&path, layout).unwrap_err());
    let none = refusal(folder.path().join("notes.txt"), None);
    assert!(DataSetLayout::names().all(|name| none.contains(name)), "{none}");
    let missing = refusal(folder.path().join("empty.csv"), None);
    assert!(missing.contains("none of the 1 sounds") && missing.contains("none.wav"), "{missing}");
    let forced = refusal(folder.path().join("empty.csv"), Some(DataSetLayout::find("audiocaps").unwrap()));
    assert!(forced.contains("youtube_id"), "{forced}");
    assert!(refusal(folder.path().join("gone"), None).contains("does not exist"));
    assert!(in_full(&DataSetLayout::find("x").unwrap_err()).contains("urbansound8k"));
}

#[test]
fn folds_can_be_chosen_and_classes_without_clips_go() {
    let list = "path,label,fold\na.wav,dog,1\nb.wav,cat,2\nc.wav,ant,3\n";
    let folder = tree(&["a.wav", "b.wav", "c.wav"], &[("list.csv", list)]);
    let mut labelled = read_labelled(folder.path(), "csv");
    labelled.keep_folds(&["1".into(), "3".into()]).unwrap();
    assert_eq!((told(&labelled), labelled.classes.len()), (vec!["a.wav dog 1 -".into(), "c.wav ant 3 -".into()], 2));
    let refusal = in_full(&labelled.keep_folds(&["2".into()]).unwrap_err());
    assert!(refusal.contains(r#"known: ["1", "3"]"#), "{refusal}");
}
